package io.warroom.config.http;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jdbi.v3.core.ConnectionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns every failure of a request into problem details (RFC 9457) with a {@code code} for programs. Stateless. */
@RestControllerAdvice
public final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    /** A guess: soon enough for a caller, seldom enough for a database that starts. */
    private static final Duration DATABASE_IS_BACK_IN = Duration.ofSeconds(5);

    /** A request ended by our own decision. */
    @ExceptionHandler(Problem.class)
    public ResponseEntity<Object> answer(Problem problem) {
        var headers = new HttpHeaders();
        problem.retryAfter().ifPresent(pause -> retryAfter(headers, pause));
        return answer(problem.status(), problem.code(), problem.detail(), problem.errors(), headers);
    }

    /** The firewall looks at parameters only when they are read, which is here. */
    @ExceptionHandler(RequestRejectedException.class)
    public ResponseEntity<Object> answer(RequestRejectedException refused) {
        return answer(
                HttpStatus.BAD_REQUEST,
                "refused",
                "The request has control characters in the name of a parameter or in a header: remove them.",
                List.of(),
                new HttpHeaders());
    }

    /** A form in parts is read only when somebody asks for a parameter, which is here. */
    @ExceptionHandler(MultipartException.class)
    public ResponseEntity<Object> answer(MultipartException broken) {
        return answer(
                HttpStatus.BAD_REQUEST,
                "refused",
                "The body is said to be a form in parts and is none: send JSON with the header Content-Type: application/json.",
                List.of(),
                new HttpHeaders());
    }

    /** No connection to the database: nothing has begun, so the caller may simply repeat. */
    @ExceptionHandler(ConnectionException.class)
    public ResponseEntity<Object> answer(ConnectionException failure) {
        log.atWarn().setCause(failure).log("The database cannot be reached");
        return databaseUnavailable();
    }

    private static ResponseEntity<Object> databaseUnavailable() {
        return answer(
                HttpStatus.SERVICE_UNAVAILABLE,
                "database-unavailable",
                "The database cannot be reached, or is busy; nothing was changed. Try again.",
                List.of(),
                retryAfter(new HttpHeaders(), DATABASE_IS_BACK_IN));
    }

    /** A bug, or the database lost on the way: the log has it whole, the caller learns nothing of the inside. */
    @ExceptionHandler(Exception.class)
    public ResponseEntity<Object> answer(Exception failure) {
        log.atError()
                .addKeyValue("requestId", RequestId.current())
                .setCause(failure)
                .log("Request failed");
        if (isLostConnection(failure)) {
            return answer(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "database-lost",
                    "The database was lost meanwhile, perhaps behind the change. Read first; if it is not there, repeat it.",
                    List.of(),
                    retryAfter(new HttpHeaders(), DATABASE_IS_BACK_IN));
        }
        if (isBrokenOff(failure)) {
            return databaseUnavailable();
        }
        return answer(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal-error",
                "The service could not do this now. Read before you try again, and if it stays so, read its log.",
                List.of(),
                new HttpHeaders());
    }

    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode code, WebRequest request) {
        var status = HttpStatus.valueOf(code.value());
        var detail = switch (status) {
            case NOT_FOUND -> "There is no such address. The routes are listed at /api/docs.";
            case UNSUPPORTED_MEDIA_TYPE -> "Send the body with the header Content-Type: application/json.";
            case METHOD_NOT_ALLOWED -> "This address does not know this method; the header Allow lists those it knows.";
            case NOT_ACCEPTABLE -> "The answer is application/json: accept it.";
            default -> status.getReasonPhrase();
        };
        return answer(
                status,
                status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-'),
                detail,
                List.of(),
                headers);
    }

    private static HttpHeaders retryAfter(HttpHeaders headers, Duration pause) {
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(pause.toSeconds()));
        return headers;
    }

    /** SQL states 08 (connection exception) and 57P (the server stops): a commit may have been done. */
    private static boolean isLostConnection(Throwable failure) {
        return hasState(failure, "08", "57P");
    }

    /**
     * SQL states 40 (rolled back: deadlock, serialization), 53 (no disk, memory or connection left) and 57014 (the statement
     * timed out): the server undid it.
     */
    private static boolean isBrokenOff(Throwable failure) {
        return hasState(failure, "40", "53", "57014");
    }

    private static boolean hasState(Throwable failure, String... beginnings) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var state = cause instanceof SQLException sql ? sql.getSQLState() : null;
            if (state != null && Stream.of(beginnings).anyMatch(state::startsWith)) {
                return true;
            }
        }
        return false;
    }

    private static ResponseEntity<Object> answer(
            HttpStatus status, String code, String detail, List<FieldError> errors, HttpHeaders headers) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:warroom:problem:" + code));
        problem.setTitle(status.getReasonPhrase());
        problem.setProperty("code", code);
        var requestId = RequestId.current();
        if (requestId != null) {
            problem.setProperty("requestId", requestId);
        }
        if (!errors.isEmpty()) {
            problem.setProperty("errors", errors);
        }
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
