/** Keeps virtual threads running, as long as the JDK can run out of what carries them. */
@NullMarked
package io.warroom.platform.carriers;

import org.jspecify.annotations.NullMarked;
