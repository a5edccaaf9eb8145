package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.Client.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LarkTest {
    private final Client client;
    private String token = "";

    LarkTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
        token = token("cli_1", "s").json().path("tenant_access_token").asString();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private Reply token(String id, String secret) throws Exception {
        String body = "{\"app_id\":\"" + id + "\",\"app_secret\":\"" + secret + "\"}";
        return client.send("POST", "/lark/open-apis/auth/v3/tenant_access_token/internal", body);
    }

    private Reply call(String method, String path, String body) throws Exception {
        return client.send(method, "/lark/open-apis/" + path, body, "Authorization", "Bearer " + token);
    }

    private Reply create(String uuid, String people) throws Exception {
        return call("POST", "im/v1/chats?uuid=" + uuid, "{\"name\":\"INC-1\",\"user_id_list\":[" + people + "]}");
    }

    private static String chatIn(Reply reply) {
        return reply.json().path("data").path("chat_id").asString();
    }

    private Reply add(String chat, int succeedType, String people) throws Exception {
        String path = "im/v1/chats/" + chat + "/members?succeed_type=" + succeedType;
        return call("POST", path, "{\"id_list\":[" + people + "]}");
    }

    private Reply post(String chat, String uuid) throws Exception {
        return call("POST", "im/v1/messages?receive_id_type=chat_id", """
                {"receive_id":"%s","msg_type":"text","content":"{\\"text\\":\\"go\\"}","uuid":"%s"}""".formatted(chat, uuid));
    }

    @Test
    void aChatIsMadeFilledReadRenamedWrittenIntoAndDissolved() throws Exception {
        String chat = chatIn(create("k", "\"u1\""));
        assertThat(add(chat, 0, "\"u2\"").code()).isZero();
        assertThat(post(chat, "m1").code()).isZero();
        assertThat(call("PUT", "im/v1/chats/" + chat, "{\"name\":\"solved\"}").code())
                .isZero();
        assertThat(call("GET", "im/v1/chats/" + chat, "")
                        .json()
                        .path("data")
                        .path("name")
                        .asString())
                .isEqualTo("solved");
        var members = call("GET", "im/v1/chats/" + chat + "/members?page_size=1", "")
                .json()
                .path("data");
        assertThat(members.path("has_more").asBoolean()).isTrue();
        assertThat(members.path("member_total").asInt()).isEqualTo(2);
        assertThat(call("GET", "im/v1/chats", "")
                        .json()
                        .path("data")
                        .path("items")
                        .size())
                .isEqualTo(1);

        var room = client.rooms().path(0);
        assertThat(room.path("key").asString()).isEqualTo("k");
        assertThat(room.path("messages").path(0).path("text").asString()).isEqualTo("go");
        assertThat(call("DELETE", "im/v1/chats/" + chat, "").code()).isZero();
        assertThat(call("DELETE", "im/v1/chats/" + chat, "").code()).isEqualTo(232009);
    }

    @Test
    void aRepeatedUuidGivesTheSameChatForTenHours() throws Exception {
        String first = chatIn(create("k", "\"u1\""));
        assertThat(chatIn(create("k", "\"u1\""))).isEqualTo(first);
        client.clock.advance(Duration.ofMinutes(599));
        token = token("cli_1", "s").json().path("tenant_access_token").asString();
        assertThat(chatIn(create("k", "\"u1\""))).isEqualTo(first);
        client.clock.advance(Duration.ofMinutes(1));
        assertThat(chatIn(create("k", "\"u1\""))).isNotEqualTo(first);
    }

    @Test
    void fiveOtherBotsAreTakenAndSixAreNot() throws Exception {
        String bots = "{\"name\":\"INC-1\",\"bot_id_list\":[\"b1\",\"b2\",\"b3\",\"b4\",\"b5\"%s]}";
        assertThat(call("POST", "im/v1/chats", bots.formatted("")).code()).isZero();
        assertThat(call("POST", "im/v1/chats", bots.formatted(",\"b6\"")).code())
                .isEqualTo(232001);
    }

    @Test
    void anotherOwnerIsAnotherKey() throws Exception {
        String first = chatIn(create("k", ""));
        var owned = call("POST", "im/v1/chats?uuid=k", "{\"name\":\"x\",\"owner_id\":\"u1\"}");
        assertThat(chatIn(owned)).isNotEqualTo(first);
        assertThat(owned.json().path("data").path("owner_id").asString()).isEqualTo("u1");
    }

    @Test
    void theFirstRepeatCanBeInProgressAndAnyRepeatAnError() throws Exception {
        client.switches("LARK", "{\"repeatedUuid\":\"IN_PROGRESS_232068\"}");
        String first = chatIn(create("k", ""));
        assertThat(create("k", "").code()).isEqualTo(232068);
        assertThat(chatIn(create("k", ""))).isEqualTo(first);
        client.switches("LARK", "{\"repeatedUuid\":\"ERROR\"}");
        assertThat(create("k", "").code()).isEqualTo(232001);
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void oneUnusableIdRefusesTheWholeChat() throws Exception {
        var refused = create("k", "\"u1\",\"hidden\"");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo(232043);
        assertThat(client.rooms().size()).isZero();
    }

    @Test
    void succeedTypeDecidesWhatUnusableIdsDo() throws Exception {
        String chat = chatIn(create("k", ""));
        assertThat(add(chat, 0, "\"u1\",\"nobody\"").code()).isEqualTo(232043);
        assertThat(add(chat, 2, "\"u1\",\"hidden\"").code()).isEqualTo(232024);
        assertThat(client.rooms().path(0).path("members").size()).isZero();

        var some = add(chat, 1, "\"u1\",\"hidden\",\"nobody\"").json().path("data");
        assertThat(some.path("invalid_id_list").path(0).asString()).isEqualTo("hidden");
        assertThat(some.path("not_existed_id_list").path(0).asString()).isEqualTo("nobody");
        assertThat(client.rooms().path(0).path("members").size()).isEqualTo(1);
        assertThat(add(chat, 1, "\"nobody\"").code()).isEqualTo(232027);
        assertThat(add("oc_none", 1, "\"u1\"").code()).isEqualTo(232006);
        client.switches("LARK", "{\"existingMember\":\"ERROR\"}");
        assertThat(add(chat, 1, "\"u1\"").status()).isEqualTo(400);
    }

    @Test
    void aMessageWithTheSameUuidIsSentOnceAnHour() throws Exception {
        String chat = chatIn(create("k", ""));
        var first = post(chat, "m").json().path("data").path("message_id").asString();
        assertThat(post(chat, "m").json().path("data").path("message_id").asString())
                .isEqualTo(first);
        client.clock.advance(Duration.ofHours(1));
        assertThat(post(chat, "m").json().path("data").path("message_id").asString())
                .isNotEqualTo(first);
        assertThat(client.rooms().path(0).path("messages").size()).isEqualTo(2);
    }

    @Test
    void contentMustBeJsonInAStringAndTheChatTheBots() throws Exception {
        String chat = chatIn(create("k", ""));
        String send = "im/v1/messages?receive_id_type=chat_id";
        String object = "{\"receive_id\":\"" + chat + "\",\"msg_type\":\"text\",\"content\":{\"text\":\"x\"}}";
        assertThat(call("POST", send, object).code()).isEqualTo(230001);
        assertThat(post("oc_none", "m").code()).isEqualTo(230002);
    }

    @Test
    void everyAskedAddressHasItsRow() throws Exception {
        var rows = call("POST", "contact/v3/users/batch_get_id", """
                {"emails":["HAN@acme.cn","no@acme.cn"],"mobiles":["13800000001"]}""")
                .json()
                .path("data")
                .path("user_list");
        assertThat(rows.path(0).path("user_id").asString()).isEqualTo("u2");
        assertThat(rows.path(1).has("user_id")).isFalse();
        assertThat(rows.path(2).path("user_id").asString()).isEqualTo("u1");
    }

    @Test
    void theAppCanBeChecked() throws Exception {
        assertThat(call("GET", "bot/v3/info", "")
                        .json()
                        .path("bot")
                        .path("activate_status")
                        .asInt())
                .isEqualTo(2);
        assertThat(call("GET", "application/v6/scopes", "")
                        .json()
                        .path("data")
                        .path("scopes")
                        .size())
                .isPositive();
    }

    @Test
    void theTokenEndpointFailsInHttp200() throws Exception {
        for (var refused : new Reply[] {token("cli_9", "s"), token("cli_1", "wrong")}) {
            assertThat(refused.status()).isEqualTo(200);
            assertThat(refused.code()).isEqualTo(10014);
        }
        assertThat(token("", "").code()).isEqualTo(10003);
    }

    @Test
    void aTokenIsReplacedInItsLastHalfHourAndTheOldOneStaysValid() throws Exception {
        client.clock.advance(Duration.ofMinutes(89));
        assertThat(token("cli_1", "s").json().path("tenant_access_token").asString())
                .isEqualTo(token);
        client.clock.advance(Duration.ofMinutes(2));
        assertThat(token("cli_1", "s").json().path("tenant_access_token").asString())
                .isNotEqualTo(token);
        assertThat(call("GET", "bot/v3/info", "").code()).isZero();
        client.clock.advance(Duration.ofMinutes(29));
        assertThat(call("GET", "bot/v3/info", "").code()).isEqualTo(99991663);
    }

    @Test
    void revokedAndMissingTokensAreRefused() throws Exception {
        client.revoke("LARK");
        assertThat(call("GET", "bot/v3/info", "").code()).isEqualTo(99991663);
        assertThat(client.send("GET", "/lark/open-apis/bot/v3/info", "").code()).isEqualTo(99991661);
        assertThat(client.send("GET", "/lark/open-apis/bot/v3/info", "", "Authorization", "Bearer x-1")
                        .code())
                .isEqualTo(99991671);
    }

    @Test
    void wrongPathsAndBodiesAreRefused() throws Exception {
        var lost = call("GET", "no/such", "");
        assertThat(lost.status()).isEqualTo(404);
        assertThat(lost.contentType()).startsWith("text/plain");
        assertThat(call("POST", "im/v1/chats", "{").code()).isEqualTo(9499);
        assertThat(call("POST", "im/v1/chats", "x".repeat(1_050_000)).status()).isEqualTo(413);
    }

    @Test
    void peopleAreNamedByTheAskedTypeOfId() throws Exception {
        String asked = "contact/v3/users/batch_get_id?user_id_type=union_id";
        String union = call("POST", asked, "{\"mobiles\":[\"13800000001\"]}")
                .json()
                .path("data")
                .path("user_list")
                .path(0)
                .path("user_id")
                .asString();
        assertThat(union).isNotEqualTo("u1");
        var made = call("POST", "im/v1/chats?user_id_type=union_id", "{\"name\":\"x\",\"owner_id\":\"" + union + "\"}");
        assertThat(made.json().path("data").path("owner_id").asString()).isEqualTo(union);
        assertThat(client.rooms().path(0).path("ownerId").asString()).isEqualTo("u1");
        var members = call("GET", "im/v1/chats/" + chatIn(made) + "/members?member_id_type=union_id", "");
        assertThat(members.json()
                        .path("data")
                        .path("items")
                        .path(0)
                        .path("member_id")
                        .asString())
                .isEqualTo(union);
        assertThat(call("POST", "im/v1/chats?user_id_type=open_id", "{\"owner_id\":\"" + union + "\"}")
                        .code())
                .isEqualTo(99992351);
        assertThat(call("POST", "im/v1/chats?user_id_type=other", "{}").code()).isEqualTo(99992402);
    }

    @Test
    void anIdThatDoesNotExistCanRefuseTheWholeListWhateverSucceedTypeSays() throws Exception {
        String chat = chatIn(create("k", ""));
        client.switches("LARK", "{\"badMember\":\"REFUSED_AS_PARAMETER\"}");
        assertThat(add(chat, 1, "\"u1\",\"nobody\"").code()).isEqualTo(99992351);
        assertThat(create("l", "\"u1\",\"nobody\"").code()).isEqualTo(99992351);
        assertThat(client.rooms().path(0).path("members").size()).isZero();
    }

    @Test
    void aWithheldScopeIsNamedInTheRefusal() throws Exception {
        client.switches("LARK", "{\"withheldScopes\":[\"im:chat:create\",\"contact:user.employee_id:readonly\"]}");
        var refused = create("k", "");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo(99991672);
        assertThat(refused.json().path("error").path("permission_violations").toString())
                .contains("im:chat:create");
        assertThat(refused.headers().firstValue("x-tt-logid"))
                .hasValue(refused.json().path("error").path("log_id").asString());
        assertThat(call("GET", "application/v6/scopes", "").text())
                .containsPattern("im:chat:create[^}]*2|2[^}]*im:chat:create");
        assertThat(call("POST", "contact/v3/users/batch_get_id?user_id_type=user_id", "{}")
                        .code())
                .isEqualTo(99991672);
        assertThat(call("POST", "contact/v3/users/batch_get_id", "{}").code()).isZero();
    }

    @Test
    void fiftyCallsASecondAndFiveMessagesAChatAreTakenWhenLimitsAreKept() throws Exception {
        String chat = chatIn(create("k", ""));
        client.switches("LARK", "{\"limits\":true}");
        for (int i = 0; i < 5; i++) {
            assertThat(post(chat, "m" + i).code()).isZero();
        }
        assertThat(post(chat, "m5").code()).isEqualTo(230020);
        for (int i = 0; i < 50; i++) {
            assertThat(call("GET", "bot/v3/info", "").code()).isZero();
        }
        var refused = call("GET", "bot/v3/info", "");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().firstValue("x-ogw-ratelimit-reset")).hasValue("1");
        client.clock.advance(Duration.ofSeconds(1));
        assertThat(call("GET", "bot/v3/info", "").code()).isZero();
        assertThat(post(chat, "m5").code()).isZero();
    }

    @Test
    void tenThousandCallsAMonthAreTakenAndRefusedOnesAndThoseAboutContactsAreFree() throws Exception {
        client.switches("LARK", "{\"limits\":true}");
        for (int i = 0; i < 10_000; i++) {
            if (i % 50 == 0) {
                client.clock.advance(Duration.ofSeconds(3));
                token = token("cli_1", "s").json().path("tenant_access_token").asString();
                assertThat(call("GET", "im/v1/chats/oc_none", "").code()).isEqualTo(232006);
            }
            assertThat(call("GET", "bot/v3/info", "").code()).isZero();
        }
        client.clock.advance(Duration.ofSeconds(60));
        var refused = call("GET", "bot/v3/info", "");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo(99991403);
        assertThat(call("POST", "contact/v3/users/batch_get_id", "{}").code()).isZero();
        client.clock.advance(Duration.ofDays(31));
        token = token("cli_1", "s").json().path("tenant_access_token").asString();
        assertThat(call("GET", "bot/v3/info", "").code()).isZero();
    }

    @Test
    void aPersonsChatIsControlledByTheBotOnlyInTheOwnersName() throws Exception {
        String owned = chatIn(call("POST", "im/v1/chats", "{\"owner_id\":\"u1\",\"user_id_list\":[\"u2\"]}"));
        String own = chatIn(create("k", "\"u1\""));
        client.switches("LARK", "{\"withheldScopes\":[\"im:chat:operate_as_owner\"]}");
        assertThat(call("PUT", "im/v1/chats/" + owned, "{\"name\":\"solved\"}").code())
                .isZero();
        assertThat(call("PUT", "im/v1/chats/" + owned, "{\"owner_id\":\"u2\"}").code())
                .isEqualTo(232002);
        assertThat(call("DELETE", "im/v1/chats/" + owned, "").code()).isEqualTo(232017);
        assertThat(call("DELETE", "im/v1/chats/" + own, "").code()).isZero();
        client.switches("LARK", "{\"withheldScopes\":[]}");
        assertThat(call("DELETE", "im/v1/chats/" + owned, "").code()).isZero();
    }

    @Test
    void peopleAreRemovedFromAChatAndTheOwnerIsNot() throws Exception {
        String chat = chatIn(call("POST", "im/v1/chats", "{\"owner_id\":\"u1\",\"user_id_list\":[\"u2\"]}"));
        String members = "im/v1/chats/" + chat + "/members?member_id_type=open_id";
        var removed = call("DELETE", members, "{\"id_list\":[\"u2\",\"u3\",\"nobody\"]}");
        assertThat(removed.json().path("data").path("invalid_id_list").toString())
                .isEqualTo("[\"nobody\"]");
        assertThat(call("DELETE", members, "{\"id_list\":[\"u1\"]}").code()).isEqualTo(232001);
        assertThat(call("DELETE", members, "{\"id_list\":[]}").code()).isEqualTo(232027);
        assertThat(client.rooms().path(0).path("members").size()).isEqualTo(1);
        call("DELETE", "im/v1/chats/" + chat, "");
        assertThat(call("DELETE", members, "{\"id_list\":[\"u2\"]}").code()).isEqualTo(232009);
    }

    @Test
    void chatsAreListedOldestFirstOrLastActiveFirst() throws Exception {
        String first = chatIn(create("a", ""));
        client.clock.advance(Duration.ofSeconds(1));
        String second = chatIn(create("b", ""));
        client.clock.advance(Duration.ofSeconds(1));
        assertThat(listed("ByActiveTimeDesc")).containsExactly(second, first);
        post(first, "m");
        assertThat(listed("ByActiveTimeDesc")).containsExactly(first, second);
        post(second, "n");
        assertThat(listed("ByCreateTimeAsc")).containsExactly(first, second);
    }

    private List<String> listed(String sort) throws Exception {
        return call("GET", "im/v1/chats?sort_type=" + sort, "").json().path("data").path("items").values().stream()
                .map(chat -> chat.path("chat_id").asString())
                .toList();
    }

    @Test
    void whoResignedIsFoundOnlyWhenAskedForAndIsNeverAdded() throws Exception {
        String find = "contact/v3/users/batch_get_id";
        assertThat(call("POST", find, "{\"emails\":[\"gone@acme.cn\"]}").text()).doesNotContain("user_id");
        assertThat(call("POST", find, "{\"emails\":[\"gone@acme.cn\"],\"include_resigned\":true}")
                        .text())
                .contains("\"user_id\":\"gone\"");
        assertThat(create("k", "\"u1\",\"gone\"").code()).isEqualTo(232022);
        String chat = chatIn(create("k", "\"u1\""));
        for (int succeedType = 0; succeedType < 2; succeedType++) {
            var added = add(chat, succeedType, "\"u2\",\"gone\"");
            assertThat(added.json().path("data").path("invalid_id_list").toString())
                    .isEqualTo("[\"gone\"]");
        }
        assertThat(add(chat, 2, "\"u3\",\"gone\"").code()).isEqualTo(232022);
        assertThat(client.rooms().path(0).path("members").size()).isEqualTo(2);
    }

    @Test
    void theStateOfTheAppShowsInEveryPlaceThatTellsIt() throws Exception {
        assertThat(call("GET", "application/v6/applications/me?lang=en_us", "")
                        .json()
                        .path("data")
                        .path("app")
                        .path("status")
                        .asInt())
                .isEqualTo(1);
        client.switches("lark", "{\"appState\":\"NOT_INSTALLED\"}");
        assertThat(call("GET", "bot/v3/info", "")
                        .json()
                        .path("bot")
                        .path("activate_status")
                        .asInt(-1))
                .isZero();
        var scopes = call("GET", "application/v6/scopes", "");
        assertThat(scopes.status()).isEqualTo(400);
        assertThat(scopes.code()).isEqualTo(212100);
        assertThat(call("POST", "im/v1/chats", "{\"name\":\"x\"}").code()).isEqualTo(232034);
    }

    @Test
    void anAddressThatIsNotListedGetsATokenAndNothingElse() throws Exception {
        client.switches("lark", "{\"addressAllowed\":false}");
        assertThat(token("cli_1", "s").code()).isZero();
        assertThat(call("GET", "bot/v3/info", "").code()).isEqualTo(99991401);
    }

    @Test
    void aRefusalOnDemandHasTheStatusOfItsEndpointAndCode() throws Exception {
        client.fault("""
                {"kind":"REFUSED","code":"10003","endpoint":"auth/v3/tenant_access_token/internal"},
                {"kind":"REFUSED","code":"99991403"},{"kind":"REFUSED","code":"232025"}""");
        var token = token("cli_1", "s");
        assertThat(token.status() + " " + token.code()).isEqualTo("200 10003");
        var limited = call("GET", "bot/v3/info", "");
        assertThat(limited.status() + " " + limited.code()).isEqualTo("429 99991403");
        var refused = call("POST", "im/v1/chats", "{}");
        assertThat(refused.status() + " " + refused.code()).isEqualTo("400 232025");
    }
}
