/** Secrets at the edge: the redacted type, the public key that seals them, and the making of a key pair. */
@NullMarked
package io.warroom.config.sealing;

import org.jspecify.annotations.NullMarked;
