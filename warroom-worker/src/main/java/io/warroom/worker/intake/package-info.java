/** Records of incident-declared to incidents: decoded, accepted or rejected, each on a thread of its own, committed when done. */
@NullMarked
package io.warroom.worker.intake;

import org.jspecify.annotations.NullMarked;
