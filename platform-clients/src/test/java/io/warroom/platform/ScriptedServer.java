package io.warroom.platform;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers each path from a script, the last answer over and over, and remembers every call. */
public final class ScriptedServer implements AutoCloseable {

    /** One answer. */
    public record Answer(int status, String type, String body, Map<String, String> headers, Mode mode) {}

    /** How it answers. */
    public enum Mode {
        WHOLE,
        /** Each character of the body is a byte. */
        BYTES,
        HANG,
        /** A byte every 100 ms, for ever. */
        DRIP,
        DROP
    }

    /**
     * One call as it came.
     *
     * @param clientPort tells connections apart
     */
    public record Call(String path, String query, String body, Map<String, String> headers, int clientPort) {
        public JsonNode json() {
            return new JsonMapper().readTree(body);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Call>> awaited = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();

    public ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public ScriptedServer on(String path, Answer... answers) {
        script.put(path, new ArrayDeque<>(List.of(answers)));
        return this;
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    public List<Call> calls(String path) {
        return calls.stream().filter(call -> call.path().equals(path)).toList();
    }

    public static Answer json(String body) {
        return json(200, body);
    }

    public static Answer json(int status, String body) {
        return new Answer(status, "application/json; charset=utf-8", body, Map.of(), Mode.WHOLE);
    }

    public static Answer html(int status) {
        return new Answer(status, "text/html", "<html>no</html>", Map.of(), Mode.WHOLE);
    }

    public static Answer hang() {
        return new Answer(200, "", "", Map.of(), Mode.HANG);
    }

    public static Answer drop() {
        return new Answer(200, "", "", Map.of(), Mode.DROP);
    }

    public static Answer drip() {
        return new Answer(200, "application/json", "", Map.of(), Mode.DRIP);
    }

    /** Resolves when somebody calls the path. */
    public CompletableFuture<Call> awaitCall(String path) {
        return awaited.computeIfAbsent(path, key -> new CompletableFuture<>());
    }

    /** From here on only new calls are awaited. */
    public void forgetAwaited() {
        awaited.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            String query = exchange.getRequestURI().getRawQuery();
            Map<String, String> headers = new ConcurrentHashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            Call call = new Call(
                    path,
                    query == null ? "" : query,
                    body,
                    headers,
                    exchange.getRemoteAddress().getPort());
            calls.add(call);
            awaitCall(path).complete(call);
            Answer answer = next(path);
            if (answer.mode() == Mode.DROP) {
                return;
            }
            if (answer.mode() == Mode.HANG) {
                closing.await();
                return;
            }
            if (answer.mode() == Mode.DRIP) {
                exchange.getResponseHeaders().set("Content-Type", answer.type());
                exchange.sendResponseHeaders(answer.status(), 0);
                while (!closing.await(100, TimeUnit.MILLISECONDS)) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                }
                return;
            }
            byte[] bytes = answer.body()
                    .getBytes(answer.mode() == Mode.BYTES ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), answer.status() == 204 ? -1 : bytes.length);
            if (answer.status() != 204) {
                exchange.getResponseBody().write(bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer next(String path) {
        Deque<Answer> answers = script.get(path);
        if (answers == null) {
            return html(404);
        }
        synchronized (answers) {
            return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
