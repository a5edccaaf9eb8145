package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.simulator.Client.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the platforms' pages leave open goes as the switches say. */
final class UnsettledTest {
    private final Client client;

    UnsettledTest() throws Exception {
        client = new Client();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private JsonNode members() throws Exception {
        return client.rooms().path(0).path("members");
    }

    @Test
    void everyPositionIsListedAndTakenAndTheFirstOneIsTheUsualOne() throws Exception {
        client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
        JsonNode open = client.send("GET", "/sim/v1/unsettled", "")
                .json()
                .path("unsettled")
                .path("LARK");
        assertThat(open.size()).isGreaterThan(10);
        JsonNode usual = client.send("GET", "/sim/v1/tenants/acme/lark/switches", "")
                .json()
                .path("switches");
        for (var one : open.properties()) {
            assertThat(one.getValue().path(0)).isEqualTo(usual.path(one.getKey()));
            for (JsonNode position : one.getValue()) {
                client.switches("lark", "{\"" + one.getKey() + "\":\"" + position.asString() + "\"}");
            }
            Reply refused =
                    client.send("PUT", "/sim/v1/tenants/acme/lark/switches", "{\"" + one.getKey() + "\":\"NO_SUCH\"}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains(one.getKey());
        }
        assertThat(client.send("PUT", "/sim/v1/tenants/acme/lark/switches", "{\"settlingChange\":\"robotNotFound\"}")
                        .text())
                .contains("unknown field");
    }

    @Nested
    final class Wecom {
        private String token = "";

        @BeforeEach
        void register() throws Exception {
            client.tenant("acme", "WECOM", """
                    {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":7}""");
            token = token("key");
        }

        private String token(String secret) throws Exception {
            return client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww1&corpsecret=" + secret, "")
                    .json()
                    .path("access_token")
                    .asString();
        }

        private Reply post(String endpoint, String body) throws Exception {
            return client.send("POST", "/wecom/cgi-bin/" + endpoint + "?access_token=" + token, body);
        }

        private Reply get(String query) throws Exception {
            return client.send("GET", "/wecom/cgi-bin/" + query + "&access_token=" + token, "");
        }

        private int create(String people) throws Exception {
            return post("appchat/create", "{\"chatid\":\"c1\",\"name\":\"n\",\"userlist\":[" + people + "]}")
                    .code();
        }

        private int update(String change) throws Exception {
            return post("appchat/update", "{\"chatid\":\"c1\"," + change + "}").code();
        }

        @Test
        void aTokenAskedForAgainIsTheSameOrAnotherAndTheOldOneLivesOrDies() throws Exception {
            assertThat(token("key")).isEqualTo(token);
            client.switches("wecom", "{\"repeatedToken\":\"NEW\"}");
            assertThat(token("key")).isNotEqualTo(token);
            assertThat(get("user/get?userid=u1").code()).isZero();
            client.switches("wecom", "{\"repeatedToken\":\"NEW_ALONE\"}");
            token = token("key");
            assertThat(get("user/get?userid=u1").code()).isZero();
            assertThat(token("key")).isNotEqualTo(token);
            assertThat(get("user/get?userid=u1").code()).isEqualTo(40014);
        }

        @Test
        void oneUseridListedTwiceCountsOnceOrTwice() throws Exception {
            assertThat(create("\"u1\",\"U1\"")).isEqualTo(86006);
            client.switches("wecom", "{\"useridTwice\":\"COUNTS_TWICE\"}");
            assertThat(create("\"u1\",\"U1\"")).isZero();
            assertThat(members()).hasSize(1);
        }

        @Test
        void idsThatAreOfNoUseCanBeLeftOutWithoutAWord() throws Exception {
            client.switches("wecom", "{\"unknownMember\":\"SKIPPED\",\"invisibleMember\":\"SKIPPED\"}");
            assertThat(create("\"u1\",\"u2\",\"nobody\",\"hidden\"")).isZero();
            assertThat(members()).hasSize(2);
            assertThat(update("\"add_user_list\":[\"u3\",\"hidden\"]")).isZero();
            assertThat(members()).hasSize(3);
            assertThat(update("\"add_user_list\":[\"nobody\"]")).isEqualTo(86216);
        }

        @ParameterizedTest
        @ValueSource(ints = {60011, 48002})
        void groupsAreRefusedToANarrowRangeByEitherCode(int code) throws Exception {
            client.switches("wecom", "{\"rootVisible\":false,\"narrowRange\":" + code + "}");
            assertThat(create("\"u1\",\"u2\"")).isEqualTo(code);
        }

        @Test
        void theIdOfAnotherAppsGroupCanBeFree() throws Exception {
            client.switches("wecom", "{\"foreignChats\":[\"c1\"]}");
            assertThat(create("\"u1\",\"u2\"")).isEqualTo(86215);
            client.switches("wecom", "{\"foreignChat\":\"FREE\"}");
            assertThat(create("\"u1\",\"u2\"")).isZero();
            assertThat(get("appchat/get?chatid=c1").code()).isZero();
        }

        @Test
        void aDissolvedGroupCanStillBeReadAndNeverWrittenInto() throws Exception {
            create("\"u1\",\"u2\"");
            client.send("POST", "/sim/v1/tenants/acme/WECOM/dissolve", "{\"roomId\":\"c1\"}");
            assertThat(get("appchat/get?chatid=c1").code()).isEqualTo(86001);
            client.switches("wecom", "{\"dissolvedChatRead\":\"STILL_THERE\"}");
            assertThat(get("appchat/get?chatid=c1").code()).isZero();
            assertThat(update("\"name\":\"x\"")).isEqualTo(86001);
        }

        @Test
        void aRefusedRepeatOfACreateCanStillChangeTheGroup() throws Exception {
            create("\"u1\",\"u2\"");
            assertThat(create("\"u1\",\"u3\"")).isEqualTo(86215);
            assertThat(members().path(1).path("userId").asString()).isEqualTo("u2");
            client.switches("wecom", "{\"repeatedChat\":\"CHANGED\"}");
            assertThat(create("\"u1\",\"u3\"")).isEqualTo(86215);
            assertThat(members().path(1).path("userId").asString()).isEqualTo("u3");
        }

        @Test
        void anUnknownUseridHasEitherCode() throws Exception {
            assertThat(get("user/get?userid=nobody").code()).isEqualTo(60111);
            client.switches("wecom", "{\"unknownUserid\":40003}");
            assertThat(get("user/get?userid=nobody").code()).isEqualTo(40003);
        }

        @Test
        void theContactsTokenMayOrMayNotLookPeopleUp() throws Exception {
            token = token("book");
            String who = "{\"mobile\":\"13800000001\"}";
            assertThat(post("user/getuserid", who).code()).isEqualTo(48002);
            client.switches("wecom", "{\"contactsToken\":\"MAY_LOOK_UP\"}");
            assertThat(post("user/getuserid", who).code()).isZero();
            assertThat(create("\"u1\",\"u2\"")).isEqualTo(48002);
        }

        @ParameterizedTest
        @CsvSource({"2,86006", "1,0"})
        void asFewPeopleAreLeftInAGroupAsTheSwitchSays(String least, int code) throws Exception {
            create("\"u1\",\"u2\"");
            client.switches("wecom", "{\"leastMembers\":" + least + "}");
            assertThat(update("\"del_user_list\":[\"u2\"]")).isEqualTo(code);
        }

        @Test
        void aChangeTakesFiveHundredIdsOrAsManyAsAGroupHolds() throws Exception {
            create("\"u1\",\"u2\"");
            String many = String.join(
                    ",", IntStream.range(0, 501).mapToObj(i -> "\"n" + i + "\"").toList());
            assertThat(update("\"add_user_list\":[" + many + "]")).isEqualTo(86216);
            client.switches("wecom", "{\"mostInAChange\":500}");
            assertThat(update("\"add_user_list\":[" + many + "]")).isEqualTo(86006);
        }

        @Test
        void fiveCallsOfOneInterfaceRunAtOnceAndTheSixthIsRefused() throws Exception {
            client.switches("wecom", "{\"limits\":true,\"mostAtOnce\":5}");
            client.fault("{\"endpoint\":\"user/get\",\"kind\":\"LATENCY\",\"millis\":600000,\"times\":5}");
            List<Thread> waiting = IntStream.range(0, 5)
                    .mapToObj(_ -> Thread.startVirtualThread(this::askUntilTheSimulatorCloses))
                    .toList();
            await().until(() -> client.send("GET", "/sim/v1/faults", "")
                            .json()
                            .path("faults")
                            .path(0)
                            .path("hits")
                            .asInt()
                    == 5);
            assertThat(get("user/get?userid=u1").code()).isEqualTo(45033);
            assertThat(get("appchat/get?chatid=c1").code()).isEqualTo(86001);
            client.simulator.close();
            for (Thread one : waiting) {
                one.join();
            }
        }

        private void askUntilTheSimulatorCloses() {
            try {
                get("user/get?userid=u1");
            } catch (Exception cutWhenTheSimulatorCloses) {
                assertThat(cutWhenTheSimulatorCloses).isInstanceOf(IOException.class);
            }
        }

        @Test
        void aMessageCanHaveAnId() throws Exception {
            create("\"u1\",\"u2\"");
            String send = "{\"chatid\":\"c1\",\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}";
            assertThat(post("appchat/send", send).json().has("msgid")).isFalse();
            client.switches("wecom", "{\"messageId\":\"GIVEN\"}");
            assertThat(post("appchat/send", send).json().path("msgid").asString())
                    .isNotEmpty();
        }

        @Test
        void aLongTextIsRefusedByEitherCode() throws Exception {
            create("\"u1\",\"u2\"");
            String send =
                    "{\"chatid\":\"c1\",\"msgtype\":\"text\",\"text\":{\"content\":\"" + "x".repeat(2049) + "\"}}";
            assertThat(post("appchat/send", send).code()).isEqualTo(40058);
            client.switches("wecom", "{\"textTooLong\":45002}");
            assertThat(post("appchat/send", send).code()).isEqualTo(45002);
        }

        @ParameterizedTest
        @CsvSource({"150000,75", "300000,150"})
        void messagesToMembersAreCountedByEitherFigureOfTheHour(int figure, int messages) throws Exception {
            // Given
            String people = IntStream.range(0, 2_000)
                    .mapToObj(i -> "{\"userId\":\"p" + i + "\"}")
                    .collect(Collectors.joining(","));
            client.send("PUT", "/sim/v1/tenants/acme", """
                    {"platform":"WECOM","app":{"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book",
                    "serviceId":7},"people":[%s]}""".formatted(people));
            create(IntStream.range(0, 2_000).mapToObj(i -> "\"p" + i + "\"").collect(Collectors.joining(",")));
            client.switches("wecom", "{\"limits\":true,\"messagesAnHour\":" + figure + "}");
            String send = "{\"chatid\":\"c1\",\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}";
            // When
            for (int i = 0; i < messages; i++) {
                assertThat(post("appchat/send", send).code()).isZero();
                // Ten of them are a minute's 20,000.
                client.clock.advance(Duration.ofSeconds(7));
            }
            // Then
            assertThat(post("appchat/send", send).code()).isEqualTo(45009);
        }

        @Test
        void aRobotsMinuteIsFixedOrSlides() throws Exception {
            create("\"u1\",\"u2\"");
            client.webhook("wecom", "{\"key\":\"k1\",\"roomId\":\"c1\"}");
            client.switches("wecom", "{\"limits\":true,\"robotMinute\":\"SLIDING\"}");
            String send = "{\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"}}";
            for (int i = 0; i < 20; i++) {
                assertThat(client.send("POST", "/wecom/cgi-bin/webhook/send?key=k1", send)
                                .code())
                        .isZero();
                client.clock.advance(Duration.ofSeconds(1));
            }
            assertThat(client.send("POST", "/wecom/cgi-bin/webhook/send?key=k1", send)
                            .code())
                    .isEqualTo(45009);
            client.clock.advance(Duration.ofSeconds(40));
            assertThat(client.send("POST", "/wecom/cgi-bin/webhook/send?key=k1", send)
                            .code())
                    .isZero();
            assertThat(client.send("POST", "/wecom/cgi-bin/webhook/send?key=k1", send)
                            .code())
                    .isEqualTo(45009);
        }
    }

    @Nested
    final class Dingtalk {
        private static final String CREATE =
                "{\"title\":\"%s\",\"template_id\":\"g\",\"owner_user_id\":\"u1\",\"user_ids\":[\"u2\"],\"uuid\":\"k\"}";
        private String token = "";

        @BeforeEach
        void register() throws Exception {
            client.tenant("acme", "DINGTALK", """
                    {"clientId":"ding1","clientSecret":"s","groupTemplateId":"g","robotId":"r","serviceId":42}""");
            token = client.send(
                            "POST", "/dingtalk/v1.0/oauth2/accessToken", "{\"appKey\":\"ding1\",\"appSecret\":\"s\"}")
                    .json()
                    .path("accessToken")
                    .asString();
        }

        private Reply legacy(String endpoint, String body) throws Exception {
            return client.send("POST", "/dingtalk/" + endpoint + "?access_token=" + token, body);
        }

        private Reply v1(String endpoint, String body) throws Exception {
            return client.send("POST", "/dingtalk/v1.0/" + endpoint, body, "x-acs-dingtalk-access-token", token);
        }

        private String create(String title) throws Exception {
            JsonNode made = v1("im/sceneGroup/create", CREATE.formatted(title)).json();
            return made.path(made.has("code") ? "code" : "open_conversation_id").asString();
        }

        private Reply say(String group) throws Exception {
            return legacy("topapi/im/chat/scencegroup/message/send_v2", """
                    {"target_open_conversation_id":"%s","robot_code":"r","msg_template_id":"inner_app_template_text",
                    "msg_param_map":"{\\"content\\":\\"hi\\"}"}""".formatted(group));
        }

        @ParameterizedTest
        @ValueSource(strings = {"40096", "40089", "40001"})
        void aWrongSecretHasAnyOfThreeCodesInTheLegacyFamily(String code) throws Exception {
            client.switches("dingtalk", "{\"wrongKey\":\"" + code + "\"}");
            assertThat(client.send("GET", "/dingtalk/gettoken?appkey=ding1&appsecret=x", "")
                            .code())
                    .isEqualTo(Integer.parseInt(code));
        }

        @ParameterizedTest
        @ValueSource(strings = {"42001", "40014"})
        void anExpiredTokenHasEitherCodeInTheLegacyFamily(String code) throws Exception {
            client.switches("dingtalk", "{\"expiredToken\":\"" + code + "\"}");
            client.clock.advance(Duration.ofHours(3));
            assertThat(legacy("topapi/v2/user/get", "{\"userid\":\"u1\"}")
                            .json()
                            .path("sub_code")
                            .asString())
                    .isEqualTo(code);
        }

        @Test
        void aHundredPeopleACallOrAsManyAsAGroupHoldsAreAdded() throws Exception {
            String group = create("t");
            String many = String.join(
                    ",", IntStream.range(0, 101).mapToObj(i -> "\"n" + i + "\"").toList());
            String add = "{\"open_conversation_id\":\"" + group + "\",\"user_ids\":[" + many + "]}";
            assertThat(v1("im/sceneGroup/member/add", add).json().path("code").asString())
                    .isEqualTo("parameter.invalid");
            client.switches("dingtalk", "{\"mostInABatch\":1000,\"badMember\":\"SKIPPED\"}");
            assertThat(v1("im/sceneGroup/member/add", add).status()).isEqualTo(200);
        }

        @Test
        void anOrganisationCanHaveAsManyGroupsAsItMayHave() throws Exception {
            client.switches("dingtalk", "{\"groupQuota\":\"USED_UP\"}");
            Reply refused = v1("im/sceneGroup/create", CREATE.formatted("t"));
            assertThat(refused.status()).isEqualTo(500);
            assertThat(refused.json().path("code").asString()).isEqualTo("system.error");
            assertThat(client.rooms()).isEmpty();
        }

        @Test
        void aUuidWithOtherFieldsIsTheSameAnErrorOrAnotherRoom() throws Exception {
            String group = create("t");
            assertThat(create("other")).isEqualTo(group);
            client.switches("dingtalk", "{\"changedRepeat\":\"ERROR\"}");
            assertThat(create("other")).isEqualTo("parameter.invalid");
            assertThat(create("t")).isEqualTo(group);
            client.switches("dingtalk", "{\"changedRepeat\":\"NEW_ROOM\"}");
            assertThat(create("other")).startsWith("cid").isNotEqualTo(group);
        }

        @Test
        void theUuidOfADissolvedRoomGivesItAnErrorOrAnotherRoom() throws Exception {
            String group = create("t");
            v1("im/chat/scenegroup/disband", "{\"openConversationId\":\"" + group + "\"}");
            assertThat(create("t")).isEqualTo(group);
            client.switches("dingtalk", "{\"dissolvedUuid\":\"ERROR\"}");
            assertThat(create("t")).isEqualTo("groupDisbang");
            client.switches("dingtalk", "{\"dissolvedUuid\":\"NEW_ROOM\"}");
            assertThat(create("t")).startsWith("cid").isNotEqualTo(group);
        }

        @Test
        void aUuidCountsForEverOrForAMinute() throws Exception {
            String group = create("t");
            client.clock.advance(Duration.ofSeconds(59));
            client.switches("dingtalk", "{\"uuidWindow\":\"A_MINUTE\"}");
            assertThat(create("t")).isEqualTo(group);
            client.clock.advance(Duration.ofSeconds(1));
            client.switches("dingtalk", "{\"uuidWindow\":\"A_DAY\"}");
            assertThat(create("t")).isEqualTo(group);
            client.switches("dingtalk", "{\"uuidWindow\":\"A_MINUTE\"}");
            assertThat(create("t")).isNotEqualTo(group);
        }

        @Test
        void aGroupThatSettlesRefusesByTheChosenCodes() throws Exception {
            client.switches(
                    "dingtalk",
                    "{\"settlingSeconds\":5,\"settlingMessage\":660016,\"settlingChange\":\"robotNotFound\"}");
            String group = create("t");
            assertThat(say(group).code()).isEqualTo(660016);
            assertThat(v1(
                                    "im/sceneGroup/member/add",
                                    "{\"open_conversation_id\":\"" + group + "\",\"user_ids\":[\"u3\"]}")
                            .json()
                            .path("code")
                            .asString())
                    .isEqualTo("robotNotFound");
        }

        @Test
        void theTemplatesRobotMayPostByTheRobotsOwnCallOrNot() throws Exception {
            String send = """
                    {"openConversationId":"%s","robotCode":"r","msgKey":"sampleText","msgParam":"{\\"content\\":\\"hi\\"}"}""".formatted(create("t"));
            assertThat(v1("robot/groupMessages/send", send).status()).isEqualTo(200);
            client.switches("dingtalk", "{\"templateRobot\":\"REFUSED\"}");
            assertThat(v1("robot/groupMessages/send", send).json().path("code").asString())
                    .isEqualTo("invalidParameter.robotCode.auth");
        }

        @Test
        void codesAndFlagsHaveOtherNamesAndTypes() throws Exception {
            String group = create("t");
            assertThat(say(group).json().path("success").isBoolean()).isTrue();
            client.switches("dingtalk", "{\"successFlag\":\"succ\",\"codes\":\"AS_TEXTS\"}");
            JsonNode said = say(group).json();
            assertThat(said.path("succ").asBoolean()).isTrue();
            assertThat(said.path("errcode").asString()).isEqualTo("0");
            assertThat(said.path("errcode").isString()).isTrue();
        }

        @Test
        void aGroupTakesAnyNumberOfMessagesOrTwentyAMinute() throws Exception {
            String group = create("t");
            client.switches("dingtalk", "{\"groupMessages\":20}");
            for (int i = 0; i < 20; i++) {
                assertThat(say(group).code()).isZero();
            }
            assertThat(say(group).json().path("sub_code").asString()).isEqualTo("90018");
            client.clock.advance(Duration.ofMinutes(1));
            assertThat(say(group).code()).isZero();
        }

        @Test
        void aRobotWritesToTwentyPeopleACallOrToAHundred() throws Exception {
            String many = String.join(
                    ",", IntStream.range(0, 21).mapToObj(i -> "\"n" + i + "\"").toList());
            String send = "{\"robotCode\":\"ding1\",\"userIds\":[" + many
                    + "],\"msgKey\":\"sampleText\",\"msgParam\":\"{\\\"content\\\":\\\"hi\\\"}\"}";
            assertThat(v1("robot/oToMessages/batchSend", send).status()).isEqualTo(400);
            client.switches("dingtalk", "{\"robotReceivers\":100}");
            assertThat(v1("robot/oToMessages/batchSend", send).status()).isEqualTo(200);
        }

        @Test
        void aPermissionIsJudgedBeforeOrBehindTheGroup() throws Exception {
            client.switches("dingtalk", "{\"withheldScopes\":[\"qyapi_chat_manage\"]}");
            String query = "{\"openConversationId\":\"none\"}";
            assertThat(v1("im/sceneGroups/query", query).status()).isEqualTo(403);
            client.switches("dingtalk", "{\"permissionJudged\":\"LAST\"}");
            assertThat(v1("im/sceneGroups/query", query).status()).isEqualTo(400);
            assertThat(v1("im/sceneGroup/create", CREATE.formatted("t")).status())
                    .isEqualTo(403);
        }

        private int hook(String key, String uuid) throws Exception {
            return client.send(
                            "POST",
                            "/dingtalk/robot/send?access_token=" + key,
                            "{\"msgtype\":\"text\",\"text\":{\"content\":\"hi\"},\"msgUuid\":\"" + uuid + "\"}")
                    .code();
        }

        @Test
        void aGroupRobotThatIsNoneHasEitherCode() throws Exception {
            assertThat(hook("none", "")).isEqualTo(300005);
            client.switches("dingtalk", "{\"unknownRobot\":400101}");
            assertThat(hook("none", "")).isEqualTo(400101);
        }

        @Test
        void aGroupRobotsUuidCountsForEverOrForAMinute() throws Exception {
            client.webhook("dingtalk", "{\"key\":\"k1\",\"roomId\":\"" + create("t") + "\"}");
            hook("k1", "m");
            client.clock.advance(Duration.ofMinutes(1));
            hook("k1", "m");
            assertThat(client.rooms().path(0).path("messages")).hasSize(1);
            client.switches("dingtalk", "{\"msgUuidWindow\":\"A_MINUTE\"}");
            hook("k1", "m");
            assertThat(client.rooms().path(0).path("messages")).hasSize(2);
        }

        @Test
        void aGroupRobotThatIsTooFastHasEitherCode() throws Exception {
            client.webhook("dingtalk", "{\"key\":\"k1\",\"roomId\":\"" + create("t") + "\"}");
            client.switches("dingtalk", "{\"limits\":true,\"robotTooFast\":660026}");
            for (int i = 0; i < 20; i++) {
                assertThat(hook("k1", "")).isZero();
            }
            assertThat(hook("k1", "")).isEqualTo(660026);
        }

        @Test
        void threeThousandWebhookCallsAMonthAreTakenAndThenRefusedOrDropped() throws Exception {
            client.webhook("dingtalk", "{\"key\":\"k1\",\"roomId\":\"" + create("t") + "\"}");
            client.switches("dingtalk", "{\"limits\":true}");
            for (int i = 0; i < 3_000; i++) {
                assertThat(hook("k1", "")).isZero();
                client.clock.advance(Duration.ofSeconds(4));
            }
            assertThat(hook("k1", "")).isEqualTo(20001);
            client.switches("dingtalk", "{\"webhookQuota\":\"DROPPED\"}");
            assertThat(hook("k1", "")).isZero();
            assertThat(client.rooms().path(0).path("messages")).hasSize(3_000);
            assertThat(client.send("GET", "/sim/v1/drops?tenant=acme", "")
                            .json()
                            .path("total")
                            .asInt())
                    .isEqualTo(1);
            client.clock.advance(Duration.ofDays(31));
            assertThat(hook("k1", "")).isZero();
            assertThat(client.rooms().path(0).path("messages")).hasSize(3_001);
        }

        @Test
        void whoIsThrottledCanBeToldForHowLong() throws Exception {
            client.fault("{\"endpoint\":\"v1.0/im/sceneGroup/create\",\"kind\":\"THROTTLED\",\"times\":2}");
            assertThat(v1("im/sceneGroup/create", "{}").headers().firstValue("Retry-After"))
                    .isEmpty();
            client.switches("dingtalk", "{\"retryAfter\":\"GIVEN\"}");
            assertThat(v1("im/sceneGroup/create", "{}").headers().firstValue("Retry-After"))
                    .hasValue("1");
        }

        @Test
        void aPlanHasItsCallsAMonth() throws Exception {
            client.switches("dingtalk", "{\"limits\":true}");
            for (int i = 0; i < 5_000; i++) {
                say("none");
                client.clock.advance(Duration.ofMillis(60));
            }
            assertThat(say("none").json().path("sub_code").asString()).isEqualTo("90020");
            client.switches("dingtalk", "{\"callsAMonth\":200000}");
            assertThat(say("none").code()).isEqualTo(660015);
        }
    }

    @Nested
    final class Lark {
        private String token = "";

        @BeforeEach
        void register() throws Exception {
            client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
            token = signIn("s").json().path("tenant_access_token").asString();
        }

        private Reply signIn(String secret) throws Exception {
            return client.send(
                    "POST",
                    "/lark/open-apis/auth/v3/tenant_access_token/internal",
                    "{\"app_id\":\"cli_1\",\"app_secret\":\"" + secret + "\"}");
        }

        private Reply call(String method, String path, String body) throws Exception {
            return client.send(method, "/lark/open-apis/" + path, body, "Authorization", "Bearer " + token);
        }

        private String create(String name) throws Exception {
            return call("POST", "im/v1/chats?uuid=k", "{\"name\":\"" + name + "\"}")
                    .json()
                    .path("data")
                    .path("chat_id")
                    .asString();
        }

        @Test
        void aTokenAskedForAgainIsTheSameOrAnotherAndTheOldOneLives() throws Exception {
            assertThat(signIn("s").json().path("tenant_access_token").asString())
                    .isEqualTo(token);
            client.switches("lark", "{\"repeatedToken\":\"NEW\"}");
            assertThat(signIn("s").json().path("tenant_access_token").asString())
                    .isNotEqualTo(token);
            assertThat(call("GET", "bot/v3/info", "").code()).isZero();
        }

        @Test
        void aWrongSecretCanLookLikeAFailureInside() throws Exception {
            client.switches("lark", "{\"wrongSecret\":\"CODE_2200_IN_200\"}");
            assertThat(signIn("x").code()).isEqualTo(2200);
        }

        @Test
        void aDisabledAppGetsATokenOrNone() throws Exception {
            client.switches("lark", "{\"appState\":\"DISABLED\"}");
            assertThat(signIn("s").code()).isZero();
            client.switches("lark", "{\"disabledApp\":\"CODE_10014\"}");
            assertThat(signIn("s").code()).isEqualTo(10014);
        }

        @Test
        void aUuidWithAnotherNameIsTheSameAnErrorOrAnotherChat() throws Exception {
            String chat = create("n");
            assertThat(create("other")).isEqualTo(chat);
            client.switches("lark", "{\"changedRepeat\":\"ERROR\"}");
            assertThat(call("POST", "im/v1/chats?uuid=k", "{\"name\":\"other\"}")
                            .code())
                    .isEqualTo(232001);
            client.switches("lark", "{\"changedRepeat\":\"NEW_ROOM\"}");
            assertThat(create("other")).isNotEmpty().isNotEqualTo(chat);
            assertThat(create("other")).isNotEmpty();
        }

        @Test
        void aLongNameIsTakenOrRefused() throws Exception {
            assertThat(create("n".repeat(61))).isNotEmpty();
            client.switches("lark", "{\"longName\":\"REFUSED\"}");
            assertThat(call("POST", "im/v1/chats", "{\"name\":\"" + "n".repeat(61) + "\"}")
                            .code())
                    .isEqualTo(232001);
            assertThat(call("POST", "im/v1/chats", "{\"name\":\"" + "n".repeat(60) + "\"}")
                            .code())
                    .isZero();
        }

        @Test
        void theListOfChatsCanMissSomeThatASearchFinds() throws Exception {
            String chat = create("INC-1 down");
            client.switches("lark", "{\"chatList\":\"INCOMPLETE\"}");
            assertThat(call("GET", "im/v1/chats", "").json().path("data").path("items"))
                    .isEmpty();
            assertThat(call("GET", "im/v1/chats/search?query=%22INC-1%20down%22", "")
                            .json()
                            .path("data")
                            .path("items")
                            .path(0)
                            .path("chat_id")
                            .asString())
                    .isEqualTo(chat);
        }

        @ParameterizedTest
        @CsvSource({"ANSWERED,0", "CODE_11205,11205", "CODE_11240,11240"})
        void anAppWithoutABotMakesNoChatAndSaysSoInItsOwnWay(String position, int code) throws Exception {
            client.switches("lark", "{\"botOn\":false,\"botOff\":\"" + position + "\"}");
            assertThat(call("GET", "bot/v3/info", "").code()).isEqualTo(code);
            assertThat(call("POST", "im/v1/chats", "{}").code()).isEqualTo(232025);
            assertThat(call("POST", "im/v1/messages?receive_id_type=chat_id", "{}")
                            .code())
                    .isEqualTo(230006);
        }

        @Test
        void aChatThatIsChangedTooOftenCanTellHowLongToWait() throws Exception {
            client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"REFUSED\",\"code\":\"232019\",\"times\":2}");
            assertThat(call("POST", "im/v1/chats", "{}").headers().firstValue("x-ogw-ratelimit-reset"))
                    .isEmpty();
            client.switches("lark", "{\"chatReset\":\"GIVEN\"}");
            assertThat(call("POST", "im/v1/chats", "{}").headers().firstValue("x-ogw-ratelimit-reset"))
                    .hasValue("2");
        }

        @Test
        void aRepeatedMessageIsTheSameAnErrorOrInProgressOnce() throws Exception {
            String send = """
                    {"receive_id":"%s","msg_type":"text","content":"{\\"text\\":\\"hi\\"}","uuid":"m"}""".formatted(create("n"));
            String path = "im/v1/messages?receive_id_type=chat_id";
            assertThat(call("POST", path, send).code()).isZero();
            assertThat(call("POST", path, send).code()).isZero();
            client.switches("lark", "{\"repeatedMessage\":\"ERROR\"}");
            assertThat(call("POST", path, send).code()).isEqualTo(230001);
            client.switches("lark", "{\"repeatedMessage\":\"IN_PROGRESS_230049\"}");
            assertThat(call("POST", path, send).code()).isEqualTo(230049);
            assertThat(call("POST", path, send).code()).isZero();
            assertThat(client.rooms().path(0).path("messages")).hasSize(1);
        }

        @Test
        void aGroupRobotTakesTwentyKilobytesOrThirty() throws Exception {
            client.webhook("lark", "{\"key\":\"k1\",\"roomId\":\"" + create("n") + "\"}");
            String send = "{\"msg_type\":\"text\",\"content\":{\"text\":\"" + "x".repeat(25 * 1024) + "\"}}";
            assertThat(client.send("POST", "/lark/open-apis/bot/v2/hook/k1", send)
                            .code())
                    .isEqualTo(19036);
            client.switches("lark", "{\"robotKilobytes\":30}");
            assertThat(client.send("POST", "/lark/open-apis/bot/v2/hook/k1", send)
                            .code())
                    .isZero();
        }
    }
}
