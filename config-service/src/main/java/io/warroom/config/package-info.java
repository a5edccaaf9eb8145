/** The config service: its main class and the wiring, where the features meet. */
@NullMarked
package io.warroom.config;

import org.jspecify.annotations.NullMarked;
