package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.warroom.simulator.Client.Reply;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class WitnessTest {
    private final Client client;

    WitnessTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private Reply token(String secret) throws Exception {
        return client.send(
                "POST",
                "/lark/open-apis/auth/v3/tenant_access_token/internal",
                "{\"app_id\":\"cli_1\",\"app_secret\":\"" + secret + "\"}");
    }

    private Reply create() throws Exception {
        return client.send(
                "POST",
                "/lark/open-apis/im/v1/chats?uuid=k",
                "{\"name\":\"INC\"}",
                "Authorization",
                "Bearer " + token("s").json().path("tenant_access_token").asString());
    }

    @Test
    void callsAreCountedByTenantAndThoseOfNobodyApart() throws Exception {
        token("s");
        token("s");
        token("wrong");
        client.send(
                "POST",
                "/lark/open-apis/auth/v3/tenant_access_token/internal",
                "{\"app_id\":\"nobodys\",\"app_secret\":\"s\"}");
        var calls = client.send("GET", "/sim/v1/calls", "").json();
        assertThat(calls.path("total").asInt()).isEqualTo(4);
        assertThat(calls.path("calls").path(0).path("tenantId").asString()).isEqualTo("acme");
        assertThat(calls.path("calls").path(0).path("count").asInt()).isEqualTo(3);
        assertThat(calls.path("calls").path(0).path("failures").asInt()).isEqualTo(1);
        assertThat(calls.path("calls").path(1).path("tenantId").isNull()).isTrue();
        assertThat(calls.path("calls").path(1).path("failures").asInt()).isEqualTo(1);
        assertThat(client.send("GET", "/sim/v1/calls?tenant=acme", "")
                        .json()
                        .path("total")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void tenantsAreListedWithTheirPeopleAndRooms() throws Exception {
        create();
        client.tenant(
                "acme",
                "WECOM",
                "{\"enterpriseId\":\"w\",\"enterpriseKey\":\"k\",\"addressBookKey\":\"b\",\"serviceId\":1}");
        client.tenant("other", "LARK", "{\"appId\":\"cli_2\",\"appSecret\":\"s\"}");
        JsonNode said = client.send("GET", "/sim/v1/tenants", "").json();
        assertThat(said.path("total").asInt()).isEqualTo(2);
        assertThat(said.path("tenants").size()).isEqualTo(3);
        assertThat(said.path("tenants").path(1).path("platform").asString()).isEqualTo("LARK");
        assertThat(said.path("tenants").path(1).path("rooms").asInt()).isEqualTo(1);
        assertThat(said.path("tenants").path(1).path("people").asInt()).isEqualTo(5);
        assertThat(client.send("GET", "/sim/v1/tenants?limit=1", "")
                        .json()
                        .path("tenants")
                        .size())
                .isEqualTo(1);
        assertThat(client.send("GET", "/sim/v1/tenants/acme/LARK/switches", "")
                        .json()
                        .path("switches")
                        .path("repeatedUuid")
                        .asString())
                .isEqualTo("SAME_ID");
    }

    @Test
    void registeringAgainReplacesTheSecretAndKeepsTheRooms() throws Exception {
        create();
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"new\"}");
        assertThat(token("s").code()).isEqualTo(10014);
        assertThat(token("new").code()).isZero();
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void badInputIsRefusedByTheNameOfItsField() throws Exception {
        String put = "/sim/v1/tenants/x";
        assertRefused(client.send("PUT", put, "{\"platform\":\"SLACK\"}"), "platform");
        assertRefused(
                client.send("PUT", put, "{\"platform\":\"LARK\",\"app\":{\"appId\":\"a\"},\"people\":[]}"),
                "appSecret");
        assertRefused(client.send("PUT", put, "{\"platform\":\"LARK\",\"colour\":1}"), "colour");
        assertRefused(
                client.send(
                        "PUT",
                        put,
                        "{\"platform\":\"LARK\",\"app\":{\"appId\":\"a\",\"appSecret\":\"b\"},\"people\":[{\"age\":3}]}"),
                "age");
        assertRefused(client.send("PUT", put, "{"), "body");
        assertRefused(
                client.send("PUT", "/sim/v1/tenants/acme/LARK/switches", "{\"repeatedUuid\":\"X\"}"), "repeatedUuid");
        assertRefused(client.send("PUT", "/sim/v1/tenants/acme/WECOM/switches", "{}"), "WECOM");
        assertRefused(client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"FIRE\"}]}"), "kind");
        assertRefused(
                client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"REFUSED\",\"code\":\"system.error\"}]}"),
                "code");
        assertRefused(
                client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"HANG\",\"code\":\"1\"}]}"), "code");
        assertRefused(client.send("GET", "/sim/v1/rooms?platform=SLACK", ""), "platform");
        assertThat(client.send("GET", "/sim/v1/nothing", "").status()).isEqualTo(404);
    }

    @Test
    void registeringAgainForgetsTheOldPeopleAndTheOldApp() throws Exception {
        var put = client.send("PUT", "/sim/v1/tenants/acme", """
                {"platform":"LARK","app":{"appId":"cli_2","appSecret":"s"},"people":[
                {"userId":"u9","mobile":"13800000001","email":"li@acme.cn"}]}""");
        assertThat(put.status()).isEqualTo(200);
        assertThat(token("s").json().path("msg").asString()).isEqualTo("app id not exists");
        var given = client.send(
                "POST",
                "/lark/open-apis/auth/v3/tenant_access_token/internal",
                "{\"app_id\":\"cli_2\",\"app_secret\":\"s\"}");
        var found = client.send(
                "POST",
                "/lark/open-apis/contact/v3/users/batch_get_id",
                "{\"mobiles\":[\"13800000001\",\"13800000002\"],\"emails\":[\"LI@acme.cn\",\"\"]}",
                "Authorization",
                "Bearer " + given.json().path("tenant_access_token").asString());
        assertThat(found.json().path("data").path("user_list").toString())
                .contains("{\"email\":\"\"}", "{\"mobile\":\"13800000002\"}")
                .containsPattern("u9.*u9")
                .doesNotContain("u1");
    }

    @Test
    void aTenantsRoomsAreItsOwn() throws Exception {
        create();
        client.tenant("other", "LARK", "{\"appId\":\"cli_3\",\"appSecret\":\"s\"}");
        assertThat(client.rooms().size()).isEqualTo(1);
        assertThat(client.send("GET", "/sim/v1/rooms?tenant=other", "")
                        .json()
                        .path("rooms")
                        .size())
                .isZero();
        assertThat(client.send("GET", "/sim/v1/rooms?tenant=acme&platform=WECOM", "")
                        .json()
                        .path("rooms")
                        .size())
                .isZero();
    }

    private static void assertRefused(Reply reply, String field) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asString()).contains(field);
    }

    @Test
    void resetForgetsAll() throws Exception {
        create();
        assertThat(client.send("POST", "/sim/v1/reset", "").status()).isEqualTo(200);
        assertThat(client.rooms().size()).isZero();
        assertThat(token("s").code()).isEqualTo(10014);
        assertThat(client.send("GET", "/sim/v1/health", "").status()).isEqualTo(200);
    }

    @Test
    void aResetAfterTheEffectLeavesTheRoomAndNoAnswer() throws Exception {
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"RESET_AFTER\"}");
        assertThatThrownBy(this::create).isInstanceOf(IOException.class);
        assertThat(client.rooms().size()).isEqualTo(1);
        assertThat(create().code()).isZero();
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void faultsWithoutEffectLeaveNoRoom() throws Exception {
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"RESET_BEFORE\",\"tenant\":\"acme\"}");
        assertThatThrownBy(this::create).isInstanceOf(IOException.class);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"HANG\",\"millis\":1}");
        assertThatThrownBy(this::create).isInstanceOf(IOException.class);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"THROTTLED\",\"platform\":\"LARK\",\"times\":2}");
        assertThat(create().status()).isEqualTo(429);
        assertThat(create().code()).isEqualTo(99991400);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"HTTP_502_HTML\"}");
        assertThat(create().contentType()).isEqualTo("text/html");
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"HTTP_500\"}");
        assertThat(create().status()).isEqualTo(500);
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"WRONG_BODY\"}");
        assertThat(create().json().isMissingNode()).isTrue();
        assertThat(client.rooms().size()).isZero();
    }

    @Test
    void aFaultForAnotherTenantWaits() throws Exception {
        client.fault("{\"tenant\":\"other\",\"kind\":\"HTTP_500\"}");
        assertThat(create().code()).isZero();
    }

    @Test
    void thePageIsSelfContained() throws Exception {
        var page = client.send("GET", "/", "");
        assertThat(page.contentType()).startsWith("text/html");
        for (String part : List.of("/", "/page.css", "/page.js")) {
            assertThat(client.send("GET", part, "").text())
                    .as(part)
                    .doesNotContain("innerHTML", "http://", "https://", "@import", "url(");
        }
    }

    @Test
    void aTakenPortIsABindException() {
        assertThatThrownBy(() ->
                        Simulator.start("127.0.0.1", client.simulator.port()).close())
                .isInstanceOfAny(BindException.class, IOException.class);
    }

    private String tokenOfAcme() throws Exception {
        return token("s").json().path("tenant_access_token").asString();
    }

    private JsonNode seen(String route) throws Exception {
        Reply reply = client.send("GET", "/sim/v1/" + route, "");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return reply.json();
    }

    @Test
    void roomsAreFoundByTenantAndIncident() throws Exception {
        String bearer = "Bearer " + tokenOfAcme();
        String chats = "/lark/open-apis/im/v1/chats";
        client.send("POST", chats, "{\"name\":\"INC-1 down\"}", "Authorization", bearer);
        client.send("POST", chats, "{\"name\":\"x\",\"description\":\"acme INC-12\"}", "Authorization", bearer);
        client.send("POST", chats + "?uuid=key9", "{\"name\":\"y\"}", "Authorization", bearer);
        assertThat(seen("rooms?tenant=acme&incident=INC-1").path("rooms").size())
                .isEqualTo(1);
        assertThat(seen("rooms?tenant=acme&incident=INC-12")
                        .path("rooms")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("x");
        assertThat(seen("rooms?tenant=acme&incident=key9").path("rooms").size()).isEqualTo(1);
        assertThat(seen("rooms?tenant=acme&incident=INC").path("rooms").size()).isZero();
        assertThat(seen("rooms?tenant=nobody&incident=INC-1").path("rooms").size())
                .isZero();
    }

    @Test
    void everyCallIsInTheLogWithItsTimeStatusAndCode() throws Exception {
        String bearer = "Bearer " + tokenOfAcme();
        client.clock.advance(Duration.ofSeconds(90));
        client.send("GET", "/lark/open-apis/im/v1/chats/nowhere", "", "Authorization", bearer);
        JsonNode log = seen("calls/log?tenant=acme");
        assertThat(log.path("total").asInt()).isEqualTo(2);
        assertThat(log.path("calls").path(0).path("at").asString()).isEqualTo("2026-01-01T00:00:00Z");
        JsonNode last = log.path("calls").path(1);
        assertThat(last.path("at").asString()).isEqualTo("2026-01-01T00:01:30Z");
        assertThat(last.path("endpoint").asString()).isEqualTo("GET im/v1/chats/:chat_id");
        assertThat(last.path("status").asInt()).isEqualTo(400);
        assertThat(last.path("code").asString()).isEqualTo("232006");
        assertThat(seen("calls/log?endpoint=im/v1/chats").path("total").asInt()).isZero();
        assertThat(seen("calls?endpoint=GET%20im/v1/chats/:chat_id")
                        .path("total")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void theSameWrongSecretShownAgainIsAViolationUntilTheAppIsRegisteredAnew() throws Exception {
        token("wrong");
        token("other");
        assertThat(seen("violations").path("total").asInt()).isZero();
        token("wrong");
        JsonNode violation = seen("violations?tenant=acme&platform=LARK&offence=WRONG_SECRET_AGAIN")
                .path("violations")
                .path(0);
        assertThat(violation.path("what").asString()).isEqualTo("cli_1");
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"t\"}");
        token("wrong");
        assertThat(seen("violations").path("total").asInt()).isEqualTo(1);
    }

    @Test
    void callsAboutOneChatsPeopleThatRunAtOnceAreAViolationAndAreRefusedWhereLimitsAreKept() throws Exception {
        client.switches("LARK", "{\"limits\":true}");
        String bearer = "Bearer " + tokenOfAcme();
        String chat = create().json().path("data").path("chat_id").asString();
        client.fault("{\"endpoint\":\"im/v1/chats/:chat_id/members\",\"kind\":\"LATENCY\",\"millis\":600000}");
        String members = "/lark/open-apis/im/v1/chats/" + chat + "/members";
        Thread first = Thread.startVirtualThread(() -> {
            try {
                client.send("POST", members, "{\"id_list\":[\"u1\"]}", "Authorization", bearer);
            } catch (Exception cutWhenTheSimulatorCloses) {
                assertThat(cutWhenTheSimulatorCloses).isInstanceOf(IOException.class);
            }
        });
        await().until(() -> seen("faults").path("faults").path(0).path("hits").asInt() == 1);
        Reply second = client.send("POST", members, "{\"id_list\":[\"u2\"]}", "Authorization", bearer);
        assertThat(second.code()).isEqualTo(232019);
        assertThat(seen("violations?offence=PARALLEL_MEMBER_CALLS")
                        .path("total")
                        .asInt())
                .isEqualTo(1);
        client.simulator.close();
        first.join();
    }

    @Test
    void aCallAfterTheMonthWasSaidToBeUsedUpIsAViolation() throws Exception {
        String bearer = "Bearer " + tokenOfAcme();
        client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"REFUSED\",\"code\":\"99991403\",\"times\":9}");
        client.send("POST", "/lark/open-apis/im/v1/chats", "{}", "Authorization", bearer);
        assertThat(seen("violations").path("total").asInt()).isZero();
        client.send("POST", "/lark/open-apis/im/v1/chats", "{}", "Authorization", bearer);
        assertThat(seen("violations?offence=CALL_AFTER_QUOTA").path("total").asInt())
                .isEqualTo(1);
        client.clock.advance(Duration.ofDays(31));
        String next = "Bearer " + tokenOfAcme();
        client.send("POST", "/lark/open-apis/im/v1/chats", "{}", "Authorization", next);
        assertThat(seen("violations").path("total").asInt()).isEqualTo(1);
    }

    @Test
    void lookUpsThatMissBeyondAFifthOfTheHeadcountAreAViolationAndBlockLookUpsForADay() throws Exception {
        client.tenant(
                "acme",
                "WECOM",
                "{\"enterpriseId\":\"ww\",\"enterpriseKey\":\"s\",\"addressBookKey\":\"b\",\"serviceId\":1}");
        client.switches("WECOM", "{\"headcountCap\":10,\"limits\":true}");
        String token = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww&corpsecret=s", "")
                .json()
                .path("access_token")
                .asString();
        String path = "/wecom/cgi-bin/user/getuserid?access_token=" + token;
        for (int code : List.of(46004, 46004, 46004, 45009)) {
            assertThat(client.send("POST", path, "{\"mobile\":\"13899999999\"}").code())
                    .isEqualTo(code);
        }
        JsonNode violations = seen("violations?offence=LOOKUP_MISSES");
        assertThat(violations.path("total").asInt()).isEqualTo(1);
        String mails = "/wecom/cgi-bin/user/get_userid_by_email?access_token=" + token;
        assertThat(client.send("POST", mails, "{\"email\":\"li@acme.cn\"}").code())
                .isZero();
        client.clock.advance(Duration.ofHours(24));
        String later = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww&corpsecret=s", "")
                .json()
                .path("access_token")
                .asString();
        assertThat(client.send(
                                "POST",
                                "/wecom/cgi-bin/user/getuserid?access_token=" + later,
                                "{\"mobile\":\"13800000002\"}")
                        .code())
                .isZero();
    }

    @Test
    void whatIsCutOrDroppedWithoutAWordIsKnownToTheWitness() throws Exception {
        client.tenant(
                "acme",
                "WECOM",
                "{\"enterpriseId\":\"ww\",\"enterpriseKey\":\"s\",\"addressBookKey\":\"b\",\"serviceId\":1}");
        client.switches("WECOM", "{\"limits\":true}");
        String token = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww&corpsecret=s", "")
                .json()
                .path("access_token")
                .asString();
        String base = "/wecom/cgi-bin/appchat/";
        client.send(
                "POST",
                base + "create?access_token=" + token,
                "{\"name\":\"" + "n".repeat(51) + "\",\"userlist\":[\"u1\",\"u2\"],\"chatid\":\"c1\"}");
        assertThat(seen("drops").path("drops").path(0).path("why").asString()).contains("50 characters");
        for (int i = 0; i < 201; i++) {
            assertThat(client.send(
                                    "POST",
                                    base + "send?access_token=" + token,
                                    "{\"chatid\":\"c1\",\"msgtype\":\"text\",\"text\":{\"content\":\"m\"}}")
                            .code())
                    .isZero();
        }
        assertThat(seen("drops?tenant=acme&endpoint=appchat/send").path("drops"))
                .extracting(drop -> drop.path("whose").asString())
                .containsExactly("u1", "u2");
        assertThat(client.rooms().path(0).path("messages").size()).isEqualTo(200);
    }
}
