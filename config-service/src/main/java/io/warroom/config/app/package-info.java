/** Tenants' mobile apps, from route to SQL: enable, change the key, activate, delete. */
@NullMarked
package io.warroom.config.app;

import org.jspecify.annotations.NullMarked;
