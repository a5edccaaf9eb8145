/** The worker: intake, directory, opening and results, and the wiring where they meet. */
@NullMarked
package io.warroom.worker;

import org.jspecify.annotations.NullMarked;
