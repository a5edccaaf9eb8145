package io.warroom.config.http;

/**
 * What is wrong with one field of a request, and what to do about it. Never holds the field's value: it may be a secret.
 *
 * @param field path of the field, like {@code responders[3].mobile}
 */
public record FieldError(String field, String message) {}
