package io.warroom.config.http;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Ends a request with an RFC 9457 answer. Its texts are shown to the caller, so they never hold a secret. Immutable. */
public final class Problem extends RuntimeException {

    /** The request attribute that carries one to the page that shows it. */
    public static final String SHOWN = Problem.class.getName();

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String code;

    @SuppressWarnings("serial") // an immutable list of records; problems are never serialized
    private final List<FieldError> errors;

    private final @Nullable Duration retryAfter;

    /**
     * @param code for programs, in lower case with dashes; part of the API
     * @param detail what happened and what to do, for people
     */
    public Problem(HttpStatus status, String code, String detail, List<FieldError> errors) {
        this(status, code, detail, errors, null);
    }

    private Problem(
            HttpStatus status, String code, String detail, List<FieldError> errors, @Nullable Duration retryAfter) {
        super(detail);
        this.status = status;
        this.code = code;
        this.errors = List.copyOf(errors);
        this.retryAfter = retryAfter;
    }

    /** A problem that is not about fields. */
    public Problem(HttpStatus status, String code, String detail) {
        this(status, code, detail, List.of());
    }

    /**
     * It may be sent again: 429 or 503.
     *
     * @param retryAfter when, in whole seconds
     */
    public static Problem later(HttpStatus status, String code, String detail, Duration retryAfter) {
        return new Problem(status, code, detail, List.of(), retryAfter);
    }

    /** 422: the request was understood, and these fields cannot be accepted. */
    public static Problem invalid(List<FieldError> errors) {
        var first = errors.getFirst();
        var more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        return new Problem(
                HttpStatus.UNPROCESSABLE_CONTENT, "invalid", first.field() + " " + first.message() + more, errors);
    }

    /** Why the request ended. */
    public HttpStatus status() {
        return status;
    }

    /** For programs. */
    public String code() {
        return code;
    }

    /** When to send it again; empty when that would not help. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** What is wrong, field by field; empty when it is not about fields. */
    public List<FieldError> errors() {
        return errors;
    }

    /** What happened and what to do. */
    public String detail() {
        var message = getMessage();
        return message == null ? "" : message;
    }
}
