package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.witness.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import tools.jackson.databind.JsonNode;

/** A started simulator with a clock in the test's hand, and a plain HTTP client for it. */
final class Client implements AutoCloseable {
    static final String PEOPLE = """
            "people":[{"userId":"u1","name":"Li Lei","mobile":"+8613800000001","email":"li@acme.cn"},
            {"userId":"u2","name":"Han Mei","mobile":"13800000002","email":"Han@acme.cn","visible":true},
            {"userId":"u3","name":"Lucy","mobile":"+8613800000003","email":"lucy@acme.cn"},
            {"userId":"gone","name":"Gone","mobile":"+8613800000008","email":"gone@acme.cn","resigned":true},
            {"userId":"hidden","name":"Hidden","mobile":"+8613800000009","email":"hidden@acme.cn","visible":false}]""";

    /** Tells the time that the test has set. */
    static final class TestClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public synchronized Instant instant() {
            return now;
        }

        synchronized void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** An answer, its body as JSON or a missing node. */
    record Reply(int status, String contentType, String text, JsonNode json, HttpHeaders headers) {
        int code() {
            return json.path(json.has("errcode") ? "errcode" : "code").asInt(-999);
        }
    }

    final TestClock clock = new TestClock();
    final Simulator simulator;
    private final String baseUrl;
    private final HttpClient http = HttpClient.newHttpClient();

    Client() throws IOException {
        this.simulator = Simulator.start("127.0.0.1", 0, clock);
        this.baseUrl = simulator.baseUrl();
    }

    /** With a clock that is in nobody's hand. */
    Client(Clock other) throws IOException {
        this.simulator = Simulator.start("127.0.0.1", 0, other);
        this.baseUrl = simulator.baseUrl();
    }

    /** Sends a file of so many bytes as the part "media". */
    Reply upload(String path, String filename, int bytes) throws Exception {
        String head = "--part\r\nContent-Disposition: form-data; name=\"media\"; filename=\"" + filename
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        return send(
                "POST",
                path,
                head + "x".repeat(bytes) + "\r\n--part--\r\n",
                "Content-Type",
                "multipart/form-data; boundary=part");
    }

    Reply send(String method, String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(baseUrl + path))
                .timeout(Duration.ofSeconds(20))
                .setHeader("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        String type = answer.headers().firstValue("content-type").orElse("");
        return new Reply(answer.statusCode(), type, answer.body(), Json.object(answer.body()), answer.headers());
    }

    void tenant(String tenantId, String platform, String app) throws Exception {
        String body = "{\"platform\":\"%s\",\"app\":%s,%s}".formatted(platform, app, PEOPLE);
        assertThat(send("PUT", "/sim/v1/tenants/" + tenantId, body).status()).isBetween(200, 201);
    }

    void switches(String platform, String switches) throws Exception {
        assertThat(send("PUT", "/sim/v1/tenants/acme/" + platform + "/switches", switches)
                        .status())
                .isEqualTo(200);
    }

    void fault(String fault) throws Exception {
        assertThat(send("PUT", "/sim/v1/faults", "{\"faults\":[" + fault + "]}").status())
                .isEqualTo(200);
    }

    void webhook(String platform, String webhook) throws Exception {
        assertThat(send("PUT", "/sim/v1/tenants/acme/" + platform + "/webhooks", webhook)
                        .status())
                .isEqualTo(200);
    }

    void revoke(String platform) throws Exception {
        assertThat(send("POST", "/sim/v1/tenants/acme/" + platform + "/revoke-tokens", "")
                        .status())
                .isEqualTo(200);
    }

    /** Calls that took effect twice within a second. */
    JsonNode repeats() throws Exception {
        return send("GET", "/sim/v1/repeats?tenant=acme", "").json().path("repeats");
    }

    JsonNode rooms() throws Exception {
        return send("GET", "/sim/v1/rooms?tenant=acme", "").json().path("rooms");
    }

    @Override
    public void close() {
        http.close();
        simulator.close();
    }
}
