/** Access tokens: one fetch at a time for each app, kept by revision; a refused key is remembered. */
@NullMarked
package io.warroom.platform.token;

import org.jspecify.annotations.NullMarked;
