package io.warroom.config.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Turns every failure of a request into problem details (RFC 9457) with a {@code code} for programs. Stateless. */
@RestControllerAdvice
public final class ProblemAdvice extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    /** A request ended by our own decision. */
    @ExceptionHandler(Problem.class)
    public ResponseEntity<Object> answer(Problem problem) {
        return answer(problem.status(), problem.code(), problem.detail(), problem.errors(), new HttpHeaders());
    }

    /** A bug or lost infrastructure: the log has it whole, the caller learns nothing of the inside. */
    @ExceptionHandler(Exception.class)
    public ResponseEntity<Object> answer(Exception failure) {
        log.atError().setCause(failure).log("Request failed");
        return answer(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal-error",
                "The service could not do this now; nothing was changed. Try again, and if it stays so, read its log.",
                List.of(),
                new HttpHeaders());
    }

    @Override
    protected ResponseEntity<Object> handleExceptionInternal(
            Exception failure, @Nullable Object body, HttpHeaders headers, HttpStatusCode code, WebRequest request) {
        var status = HttpStatus.valueOf(code.value());
        var detail = switch (status) {
            case NOT_FOUND -> "There is no such address. The routes are listed in the module's README.";
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

    private static ResponseEntity<Object> answer(
            HttpStatus status, String code, String detail, List<FieldError> errors, HttpHeaders headers) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:warroom:problem:" + code));
        problem.setTitle(status.getReasonPhrase());
        problem.setProperty("code", code);
        if (!errors.isEmpty()) {
            problem.setProperty("errors", errors);
        }
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
