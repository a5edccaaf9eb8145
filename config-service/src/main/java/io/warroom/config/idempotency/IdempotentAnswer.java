package io.warroom.config.idempotency;

import org.jspecify.annotations.Nullable;

/**
 * What a request is answered.
 *
 * @param body JSON
 * @param repeated what is stored and answered from the second time on: the body, or what of it is no secret
 * @param etag of the state that it tells, or null
 */
public record IdempotentAnswer(
        int status, String body, String repeated, @Nullable String etag) {

    /** @param body JSON, without a secret: it is stored */
    public static IdempotentAnswer of(int status, String body) {
        return new IdempotentAnswer(status, body, body, null);
    }

    /** The same with the entity tag of what it tells. */
    public IdempotentAnswer tagged(String tag) {
        return new IdempotentAnswer(status, body, repeated, tag);
    }

    /** The same for the first time alone: what it is repeated as is without the secret that is shown once. */
    public IdempotentAnswer repeatedAs(String withoutSecret) {
        return new IdempotentAnswer(status, body, withoutSecret, etag);
    }
}
