package io.warroom.config.setup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;

/** Stands before a registry and passes on what has the credentials. */
final class GuardedRegistry implements AutoCloseable {

    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI registry;
    private final String authorization;

    private GuardedRegistry(HttpServer server, URI registry, String authorization) {
        this.server = server;
        this.registry = registry;
        this.authorization = authorization;
    }

    static GuardedRegistry before(URI registry, String authorization) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var guarded = new GuardedRegistry(server, registry, authorization);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", guarded::pass);
        server.start();
        return guarded;
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            if (!authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            var request = HttpRequest.newBuilder(registry.resolve(exchange.getRequestURI()))
                    .header(
                            "Content-Type",
                            exchange.getRequestHeaders()
                                    .getOrDefault("Content-Type", java.util.List.of("application/json"))
                                    .getFirst())
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            exchange.getResponseHeaders()
                    .add(
                            "Content-Type",
                            answer.headers().firstValue("Content-Type").orElse("application/json"));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            if (answer.body().length > 0) {
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
    }
}
