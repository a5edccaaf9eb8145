/** {@code Idempotency-Key}: a request that is sent again is answered as the first time, and not done again. */
@NullMarked
package io.warroom.config.idempotency;

import org.jspecify.annotations.NullMarked;
