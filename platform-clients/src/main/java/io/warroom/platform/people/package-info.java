/** Who people are on a platform: one order of look-ups for all platforms, found and missing kept. */
@NullMarked
package io.warroom.platform.people;

import org.jspecify.annotations.NullMarked;
