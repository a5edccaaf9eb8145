package io.warroom.config.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Answers in problem details what Tomcat refuses before a route is looked for (a request line that is none, an encoded
 * slash), in place of its HTML page. Safe for concurrent use. Tomcat makes it, by its name.
 */
public final class ProblemValve extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ProblemValve.class);

    /** Makes one. */
    public ProblemValve() {
        super();
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        var known = HttpStatus.resolve(status);
        var phrase = known == null ? "Refused" : known.getReasonPhrase();
        // Refused before any filter, it has no id yet.
        var given = response.getHeader(RequestId.HEADER);
        var requestId = given == null ? RequestId.generated() : given;
        EveryAnswer.writeTo(response, requestId, request.isSecure());
        // Nothing of the request is repeated but an id of a known shape, so nothing needs to be escaped.
        var body = """
                {"type":"urn:warroom:problem:refused","title":"%s","status":%d,"code":"refused",\
                "detail":"The request was refused before its address was looked at: check its path, its method and its headers.",\
                "requestId":"%s"}""".formatted(phrase, status, requestId);
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding(StandardCharsets.UTF_8);
            var reporter = response.getReporter();
            if (reporter != null) {
                reporter.write(body);
                response.finishResponse();
            }
        } catch (IOException e) {
            log.debug("The caller did not wait for the refusal", e);
        }
    }
}
