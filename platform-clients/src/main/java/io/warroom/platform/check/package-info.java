/** What every platform's check of an app does alike: ask in order, stop when it must, and say what was found. */
@NullMarked
package io.warroom.platform.check;

import org.jspecify.annotations.NullMarked;
