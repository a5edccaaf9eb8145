/** Faults against promises: what goes wrong, the product it goes wrong in, and those who watch and judge. */
@NullMarked
package io.warroom.e2e.faults;

import org.jspecify.annotations.NullMarked;
