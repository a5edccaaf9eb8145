package io.warroom.config.idempotency;

/**
 * What a request is answered.
 *
 * @param body JSON, without a secret: it is stored
 */
public record IdempotentAnswer(int status, String body) {}
