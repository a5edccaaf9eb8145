/** How topics are listened to: every failure is tried again until it is none. */
@NullMarked
package io.warroom.config.listening;

import org.jspecify.annotations.NullMarked;
