/** Keeps calls below what the platforms allow. */
@NullMarked
package io.warroom.platform.pace;

import org.jspecify.annotations.NullMarked;
