/** What must be in the intake's package to measure it. */
@NullMarked
package io.warroom.worker.intake;

import org.jspecify.annotations.NullMarked;
