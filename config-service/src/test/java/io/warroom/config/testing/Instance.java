package io.warroom.config.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A running instance of the service, asked over HTTP. Safe for concurrent use. */
public final class Instance implements AutoCloseable {

    /** Of the built-in operator, in every deployment. */
    public static final String OPERATOR_PASSWORD = "operator-of-the-tests-4711";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;
    private final int port;

    Instance(ConfigurableApplicationContext context) {
        this.context = context;
        this.port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** What the operator sends as {@code Authorization}. */
    public static String asOperator() {
        return basic("operator", OPERATOR_PASSWORD);
    }

    /** What a user sends as {@code Authorization}. */
    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends a request under {@code /api/v1}, as the operator who takes any revision, unless the headers say otherwise.
     *
     * @param headers names and values in turn
     */
    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .setHeader("Content-Type", "application/json")
                .setHeader("Authorization", asOperator())
                .method(method, BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        if (!method.equals("GET")) {
            request.setHeader("If-Match", "*");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /**
     * Opens a stream of server-sent events under {@code /api/v1}.
     *
     * @param headers names and values in turn
     */
    public EventStream stream(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .setHeader("Accept", "text/event-stream")
                .setHeader("Authorization", asOperator());
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        var answer = HTTP.send(request.build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode());
        }
        return new EventStream(answer.body());
    }

    /**
     * Sends a request to any path, with a credential or none.
     *
     * @param authorization the header {@code Authorization}; null for none
     * @param headers names and values in turn
     */
    public HttpResponse<String> sendAs(
            @Nullable String authorization, String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return sendBy(HTTP, authorization, method, path, body, headers);
    }

    /** As above, by a client of the test's own. */
    public HttpResponse<String> sendBy(
            HttpClient client,
            @Nullable String authorization,
            String method,
            String path,
            String body,
            String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .setHeader("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body, StandardCharsets.UTF_8));
        if (authorization != null) {
            request.setHeader("Authorization", authorization);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        // A stream would never end: it is hung up on, and has no body.
        var streams = new ConcurrentLinkedQueue<InputStream>();
        var answer = client.send(
                request.build(),
                info -> isStream(info)
                        ? BodySubscribers.mapping(BodySubscribers.ofInputStream(), stream -> {
                            streams.add(stream);
                            return "";
                        })
                        : BodySubscribers.ofString(StandardCharsets.UTF_8));
        for (var stream : streams) {
            stream.close();
        }
        return answer;
    }

    private static boolean isStream(ResponseInfo answer) {
        return answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
    }

    /** The health of everything, or of what {@code path} names, with its details. */
    public HttpResponse<String> health(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health" + path))
                .setHeader("Authorization", asOperator());
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /** Where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** A part of it. */
    public <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    /** All parts of a type. */
    public <T> Collection<T> parts(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    /** A part of it, by name. */
    public <T> T part(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** Stops it in the orderly way; again does nothing. */
    @Override
    public void close() {
        SpringApplication.exit(context);
    }
}
