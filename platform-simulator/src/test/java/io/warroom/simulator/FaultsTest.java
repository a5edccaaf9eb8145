package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.simulator.Client.Reply;
import io.warroom.simulator.witness.Latency;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Faults on demand: which call they hit, what the caller sees, and whether the platform has acted. */
final class FaultsTest {
    private static final String CHATS = "\"endpoint\":\"im/v1/chats\"";

    private final Client client;

    FaultsTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
        client.tenant("other", "LARK", "{\"appId\":\"cli_2\",\"appSecret\":\"s\"}");
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private String token(String app) throws Exception {
        return client.send(
                        "POST",
                        "/lark/open-apis/auth/v3/tenant_access_token/internal",
                        "{\"app_id\":\"" + app + "\",\"app_secret\":\"s\"}")
                .json()
                .path("tenant_access_token")
                .asString();
    }

    private Reply create(String token) throws Exception {
        return client.send(
                "POST", "/lark/open-apis/im/v1/chats", "{\"name\":\"INC\"}", "Authorization", "Bearer " + token);
    }

    private void faults(int seed, String... faults) throws Exception {
        Reply put = client.send(
                "PUT", "/sim/v1/faults", "{\"seed\":" + seed + ",\"faults\":[" + String.join(",", faults) + "]}");
        assertThat(put.status()).as(put.text()).isEqualTo(200);
    }

    private JsonNode latest() throws Exception {
        return client.send("GET", "/sim/v1/calls/log?limit=1", "")
                .json()
                .path("calls")
                .path(0);
    }

    private List<Integer> statuses(String token, int calls) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            statuses.add(create(token).status());
        }
        return statuses;
    }

    @Test
    void theSameSeedAndTheSameCallsGoWrongAlikeAndAnotherSeedOtherwise() throws Exception {
        String acme = token("cli_1");
        String share = "{" + CHATS + ",\"kind\":\"HTTP_500\",\"share\":0.4}";
        faults(7, share);
        List<Integer> first = statuses(acme, 60);
        faults(7, share);
        List<Integer> again = new ArrayList<>();
        String other = token("cli_2");
        for (int i = 0; i < 60; i++) {
            again.add(create(acme).status());
            create(other);
        }
        faults(8, share);
        assertThat(again).as("calls of another tenant in between").isEqualTo(first);
        assertThat(statuses(acme, 60)).isNotEqualTo(first);
        assertThat(first.stream().filter(status -> status == 500).count()).isBetween(10L, 40L);
    }

    @Test
    void aCountedFaultIsGoneAfterItsCallsAndSaysHowOftenItHit() throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"HTTP_500\",\"times\":2}");
        assertThat(statuses(acme, 4)).containsExactly(500, 500, 200, 200);
        JsonNode fault =
                client.send("GET", "/sim/v1/faults", "").json().path("faults").path(0);
        assertThat(fault.path("hits").asInt()).isEqualTo(2);
        assertThat(fault.path("left").asInt()).isZero();
    }

    @Test
    void faultsAreAddedToThoseThatWaitAndTakenBackOneByOne() throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"HTTP_500\",\"times\":9}");
        Reply added = client.send("POST", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"THROTTLED\"}]}");
        assertThat(added.json().path("faults").size()).isEqualTo(2);
        assertThat(statuses(acme, 1)).containsExactly(500);

        String first = added.json().path("faults").path(0).path("id").asString();
        assertThat(client.send("DELETE", "/sim/v1/faults/" + first, "").status())
                .isEqualTo(200);
        assertThat(client.send("DELETE", "/sim/v1/faults/" + first, "").status())
                .isEqualTo(404);
        assertThat(client.send("DELETE", "/sim/v1/faults/first", "").status()).isEqualTo(404);
        assertThat(create(acme).code()).as("the other is still there").isEqualTo(99991400);

        client.send("POST", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"HTTP_500\",\"times\":9}]}");
        client.send("DELETE", "/sim/v1/faults", "");
        assertThat(statuses(acme, 1)).containsExactly(200);
    }

    @Test
    void anAddedFaultHitsTheSameCallsAsOneThatWasSetAlone() throws Exception {
        String acme = token("cli_1");
        String half = "{" + CHATS + ",\"kind\":\"HTTP_500\",\"share\":0.5}";
        faults(7, half);
        List<Integer> alone = statuses(acme, 30);
        faults(3, "{\"kind\":\"HANG\",\"endpoint\":\"none\"}");
        client.send("POST", "/sim/v1/faults", "{\"seed\":7,\"faults\":[" + half + "]}");
        assertThat(statuses(acme, 30)).isEqualTo(alone).contains(200, 500);
    }

    @Test
    void aFaultLastsAsLongAsItsWindowByTheSimulatorsClock() throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"HTTP_500\",\"afterMillis\":10000,\"forMillis\":5000}");
        assertThat(create(acme).status()).isEqualTo(200);
        client.clock.advance(Duration.ofSeconds(10));
        assertThat(statuses(acme, 3)).containsExactly(500, 500, 500);
        client.clock.advance(Duration.ofSeconds(5));
        assertThat(create(acme).status()).isEqualTo(200);
    }

    @Test
    void aFaultIsForItsTenantAndItsEndpointAlone() throws Exception {
        String acme = token("cli_1");
        String other = token("cli_2");
        faults(0, "{\"tenant\":\"acme\",\"platform\":\"LARK\"," + CHATS + ",\"kind\":\"HTTP_500\",\"times\":9}");
        assertThat(create(other).status()).isEqualTo(200);
        assertThat(create(acme).status()).isEqualTo(500);
        assertThat(token("cli_1")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"millis\":30",
                "\"latency\":{\"shape\":\"FIXED\",\"millis\":30}",
                "\"latency\":{\"shape\":\"UNIFORM\",\"minMillis\":30,\"maxMillis\":60}",
                "\"latency\":{\"shape\":\"LOGNORMAL\",\"p50Millis\":60,\"p99Millis\":61}"
            })
    void aLateAnswerIsRightAndLate(String latency) throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"LATENCY\"," + latency + "}");
        long began = System.nanoTime();
        assertThat(create(acme).code()).isZero();
        assertThat(System.nanoTime() - began)
                .isGreaterThanOrEqualTo(Duration.ofMillis(30).toNanos());
        assertThat(latest().path("fault").asString()).isEqualTo("LATENCY");
    }

    @Test
    void latencyComesOnTopOfAnotherFault() throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"LATENCY\",\"millis\":30}", "{" + CHATS + ",\"kind\":\"HTTP_500\"}");
        long began = System.nanoTime();
        assertThat(create(acme).status()).isEqualTo(500);
        assertThat(System.nanoTime() - began)
                .isGreaterThanOrEqualTo(Duration.ofMillis(30).toNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_500, 500, text/plain;charset=utf-8, internal",
        "HTTP_502_HTML, 502, text/html, Bad Gateway",
        "HTTP_503_JSON, 503, application/json;charset=utf-8, upstream",
        "WRONG_BODY, 200, application/json, unfinished",
        "REDIRECT, 302, text/plain;charset=utf-8, moved"
    })
    void aFailureLooksLikeOneAndHasNoEffectUnlessAsked(String kind, int status, String type, String text)
            throws Exception {
        String acme = token("cli_1");
        faults(
                0,
                "{" + CHATS + ",\"kind\":\"" + kind + "\"}",
                "{" + CHATS + ",\"kind\":\"" + kind + "\",\"acts\":true}");
        Reply without = create(acme);
        assertThat(client.rooms().size()).isZero();
        Reply with = create(acme);
        assertThat(client.rooms().size()).isEqualTo(1);
        for (Reply reply : List.of(without, with)) {
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.contentType().replace(" ", "")).isEqualTo(type);
            assertThat(reply.text()).contains(text);
        }
    }

    @Test
    void aRedirectLeadsWhereItIsToldToOrToTheMetadataAddress() throws Exception {
        String acme = token("cli_1");
        faults(
                0,
                "{" + CHATS + ",\"kind\":\"REDIRECT\"}",
                "{" + CHATS + ",\"kind\":\"REDIRECT\",\"location\":\"http://10.0.0.1/x\"}");
        assertThat(create(acme).headers().firstValue("location")).hasValue("http://169.254.169.254/latest/meta-data/");
        assertThat(create(acme).headers().firstValue("location")).hasValue("http://10.0.0.1/x");
    }

    @Test
    void aBrokenBodyHasItsEffectAndIsCutCalledOtherwiseOrMuchTooLong() throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"TRUNCATED_JSON\"}");
        Reply half = create(acme);
        assertThat(half.status()).isEqualTo(200);
        assertThat(half.json().isMissingNode()).isTrue();
        assertThat(half.text()).startsWith("{");
        faults(0, "{" + CHATS + ",\"kind\":\"WRONG_TYPE\"}");
        Reply named = create(acme);
        assertThat(named.contentType()).startsWith("text/html");
        assertThat(named.code()).isZero();
        faults(0, "{" + CHATS + ",\"kind\":\"OVERSIZED\",\"bytes\":3000000}");
        Reply large = create(acme);
        assertThat(large.text()).hasSize(3_000_000);
        assertThat(large.code()).isZero();
        assertThat(client.rooms().size()).isEqualTo(3);
    }

    @Test
    void aCutInTheMiddleOfTheBodyHasItsEffect() throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"RESET_WITHIN\"}");
        assertThatThrownBy(() -> create(acme)).isInstanceOf(IOException.class);
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void aDripIsTheRightAnswerAByteAtATime() throws Exception {
        String acme = token("cli_1");
        faults(0, "{" + CHATS + ",\"kind\":\"DRIP\",\"millis\":1}");
        assertThat(create(acme).code()).isZero();
        faults(0, "{" + CHATS + ",\"kind\":\"DRIP\",\"millis\":60000}");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(client.simulator.baseUrl() + "/lark/open-apis/im/v1/chats"))
                    .header("Authorization", "Bearer " + acme)
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.body().read()).isEqualTo('{');
            answer.body().close();
        }
        assertThat(client.rooms().size()).isEqualTo(2);
    }

    @Test
    void aHangEndsWithoutAnAnswerAndActsWhenAsked() throws Exception {
        String acme = token("cli_1");
        faults(
                0,
                "{" + CHATS + ",\"kind\":\"HANG\",\"millis\":1}",
                "{" + CHATS + ",\"kind\":\"HANG\",\"millis\":1,\"acts\":true}");
        assertThatThrownBy(() -> create(acme)).isInstanceOf(IOException.class);
        assertThat(client.rooms().size()).isZero();
        assertThatThrownBy(() -> create(acme)).isInstanceOf(IOException.class);
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void aTokenTakenAwayInMidSequenceIsRefusedAndTheNextOneServes() throws Exception {
        String acme = token("cli_1");
        String other = token("cli_2");
        create(acme);
        faults(0, "{\"tenant\":\"acme\"," + CHATS + ",\"kind\":\"TOKEN_REVOKED\"}");
        assertThat(create(acme).code()).isEqualTo(99991663);
        assertThat(create(other).code()).isZero();
        assertThat(create(token("cli_1")).code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"kind\":\"FIRE\" | kind",
                "\"kind\":\"HTTP_500\",\"share\":0 | share",
                "\"kind\":\"HTTP_500\",\"share\":1.5 | share",
                "\"kind\":\"HTTP_500\",\"share\":\"half\" | share",
                "\"kind\":\"HTTP_500\",\"bytes\":3 | bytes",
                "\"kind\":\"HTTP_500\",\"location\":\"x\" | location",
                "\"kind\":\"RESET_BEFORE\",\"acts\":true | acts",
                "\"kind\":\"HANG\",\"millis\":1,\"latency\":{\"shape\":\"FIXED\",\"millis\":1} | millis",
                "\"kind\":\"LATENCY\",\"latency\":{\"shape\":\"UNIFORM\",\"minMillis\":5,\"maxMillis\":1} | maxMillis",
                "\"kind\":\"LATENCY\",\"latency\":{\"shape\":\"LOGNORMAL\",\"p50Millis\":5} | p99Millis",
                "\"kind\":\"LATENCY\",\"latency\":{\"shape\":\"ROUND\"} | shape",
                "\"kind\":\"HTTP_500\",\"forMillis\":0 | forMillis",
                "\"kind\":\"REFUSED\" | code"
            })
    void aFaultThatMakesNoSenseIsRefusedByItsField(String fault, String field) throws Exception {
        Reply reply = client.send("PUT", "/sim/v1/faults", "{\"faults\":[{" + fault + "}]}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).contains(field);
    }

    @Test
    void theDrawnLatenciesHaveTheAskedQuantiles() {
        var latency = new Latency(Latency.Shape.LOGNORMAL, 250, 2_000);
        var random = new SplittableRandom(5);
        long[] drawn = IntStream.range(0, 20_000)
                .mapToLong(_ -> latency.draw(random))
                .sorted()
                .toArray();
        assertThat(drawn[10_000]).isBetween(240L, 260L);
        assertThat(drawn[19_800]).isBetween(1_800L, 2_250L);
    }
}
