package io.warroom.platform.http;

import io.warroom.platform.pace.Pace;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.service.invoker.HttpExchangeAdapter;
import org.springframework.web.service.invoker.HttpRequestValues;

/**
 * Carries the calls of an HTTP interface to the transport. Spring's own adapter over {@code RestClient} is not used: it made a call
 * cost 1.9 times the bare client's CPU (Spring 7.0.9), writes request bodies to the log at DEBUG, and sends them in chunks, as it
 * does not know their length.
 */
record ReplyAdapter(Function<HttpRequestValues, Reply> transport, Pace pace) implements HttpExchangeAdapter {

    private static final String AT_THE_RATE =
            "This app's calls are at the rate that the platform allows; the next ones wait for their turn.";

    @Override
    public boolean supportsRequestAttributes() {
        return false;
    }

    @Override
    @SuppressWarnings("unchecked") // the declared type of the called method, which is Reply
    public <T> T exchangeForBody(HttpRequestValues values, ParameterizedTypeReference<T> type) {
        Optional<Duration> wait = SecretArguments.line(values).flatMap(pace::await);
        return (T) (wait.isPresent() ? new Reply.Held(AT_THE_RATE, wait.get()) : transport.apply(values));
    }

    @Override
    public void exchange(HttpRequestValues values) {
        throw onlyReplies();
    }

    @Override
    public HttpHeaders exchangeForHeaders(HttpRequestValues values) {
        throw onlyReplies();
    }

    @Override
    public ResponseEntity<Void> exchangeForBodilessEntity(HttpRequestValues values) {
        throw onlyReplies();
    }

    @Override
    public <T> ResponseEntity<T> exchangeForEntity(HttpRequestValues values, ParameterizedTypeReference<T> type) {
        throw onlyReplies();
    }

    private static UnsupportedOperationException onlyReplies() {
        return new UnsupportedOperationException("a method of a platform's HTTP interface returns a Reply");
    }
}
