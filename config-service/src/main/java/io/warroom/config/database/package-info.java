/** How the service and its commands connect to PostgreSQL: with limits on every wait. */
@NullMarked
package io.warroom.config.database;

import org.jspecify.annotations.NullMarked;
