/** Events that must follow a commit: rows written in the change's transaction, and the relay that publishes them. */
@NullMarked
package io.warroom.config.outbox;

import org.jspecify.annotations.NullMarked;
