package io.warroom.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The few HTTP calls that the stack makes to its own parts. Thread-safe. */
final class Http {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    private final @Nullable String authorization;

    /** Comes as nobody. */
    Http() {
        this(null);
    }

    private Http(@Nullable String authorization) {
        this.authorization = authorization;
    }

    /** Says at every call who it is; for the one service whose credential it is, and for no other. */
    static Http as(String authorization) {
        return new Http(authorization);
    }

    /** An answer: status and body, whatever they are. */
    record Answer(int status, String body) {
        boolean accepted() {
            return status >= 200 && status < 300;
        }
    }

    /** Whether a GET is answered with 200 now; nobody listening is a plain no. */
    boolean answers(String url) {
        try {
            return send(HttpRequest.newBuilder(URI.create(url)).GET(), Duration.ofSeconds(2))
                            .status()
                    == 200;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    Answer get(String url) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url)).GET(), Duration.ofSeconds(10));
    }

    /** Sends a JSON body. @throws IOException when nobody answers */
    Answer json(String method, String url, String body) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, BodyPublishers.ofString(body));
        return send(request, Duration.ofSeconds(30));
    }

    /** Sends a JSON body that must be taken. @throws LocalStackException that begins with {@code otherwise} when it is not */
    Answer accepted(String otherwise, String method, String url, String body) {
        try {
            var answer = json(method, url, body);
            if (!answer.accepted()) {
                throw new LocalStackException(otherwise + ": " + Problem.inWords(answer));
            }
            return answer;
        } catch (IOException | IllegalArgumentException e) {
            throw new LocalStackException(otherwise + ": " + url + " did not answer: " + e, e);
        }
    }

    private Answer send(HttpRequest.Builder request, Duration timeout) throws IOException {
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            var response = client.send(request.timeout(timeout).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalStackException("Interrupted while waiting for an answer.", e);
        }
    }
}
