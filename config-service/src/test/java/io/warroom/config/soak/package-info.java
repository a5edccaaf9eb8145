/** Many changes through several instances while everything that carries them is killed: the outbox's promise, judged afterwards. */
@NullMarked
package io.warroom.config.soak;

import org.jspecify.annotations.NullMarked;
