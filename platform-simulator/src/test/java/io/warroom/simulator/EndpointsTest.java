package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.Client.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The calls around those that a room needs: pushes to people, recalls, cards, links, and the like. */
final class EndpointsTest {
    private final Client client;

    EndpointsTest() throws Exception {
        client = new Client();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private JsonNode pushes() throws Exception {
        return client.send("GET", "/sim/v1/direct-messages?tenant=acme", "")
                .json()
                .path("messages");
    }

    @Nested
    final class Wecom {
        private String token = "";

        @BeforeEach
        void register() throws Exception {
            client.tenant("acme", "WECOM", """
                    {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":7}""");
            token = client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww1&corpsecret=key", "")
                    .json()
                    .path("access_token")
                    .asString();
        }

        private Reply call(String method, String endpoint, String body) throws Exception {
            return client.send(method, "/wecom/cgi-bin/" + endpoint + "?access_token=" + token, body);
        }

        @Test
        void aMessageToPeopleIsTakenBackWithinADayAndNotLater() throws Exception {
            String send = "{\"touser\":\"u1\",\"msgtype\":\"text\",\"agentid\":7,\"text\":{\"content\":\"hi\"}}";
            String first =
                    call("POST", "message/send", send).json().path("msgid").asString();
            assertThat(call("POST", "message/recall", "{\"msgid\":\"" + first + "\"}")
                            .code())
                    .isZero();
            assertThat(pushes()).isEmpty();
            assertThat(call("POST", "message/recall", "{\"msgid\":\"" + first + "\"}")
                            .code())
                    .isEqualTo(40058);
            String second =
                    call("POST", "message/send", send).json().path("msgid").asString();
            client.clock.advance(Duration.ofHours(25));
            register();
            assertThat(call("POST", "message/recall", "{\"msgid\":\"" + second + "\"}")
                            .code())
                    .isEqualTo(40058);
        }

        @Test
        void aFileIsUploadedOnceAndNamedInGroupsAndPushesForThreeDays() throws Exception {
            String id = client.upload(
                            "/wecom/cgi-bin/media/upload?access_token=" + token + "&type=image", "chart.png", 1_000)
                    .json()
                    .path("media_id")
                    .asString();
            call("POST", "appchat/create", "{\"chatid\":\"c1\",\"userlist\":[\"u1\",\"u2\"]}");
            String image = "\"msgtype\":\"image\",\"image\":{\"media_id\":\"%s\"}}";
            String toGroup = "{\"chatid\":\"c1\"," + image;
            assertThat(call("POST", "appchat/send", toGroup.formatted(id)).code())
                    .isZero();
            assertThat(call("POST", "message/send", ("{\"touser\":\"u1\",\"agentid\":7," + image).formatted(id))
                            .code())
                    .isZero();
            assertThat(client.rooms()
                            .path(0)
                            .path("messages")
                            .path(0)
                            .path("text")
                            .asString())
                    .isEqualTo("chart.png");
            assertThat(pushes().path(0).path("message").path("text").asString()).isEqualTo("chart.png");
            assertThat(call("POST", "appchat/send", toGroup.formatted("none")).code())
                    .isEqualTo(40007);
            client.clock.advance(Duration.ofDays(3));
            register();
            assertThat(call("POST", "appchat/send", toGroup.formatted(id)).code())
                    .isEqualTo(40007);
        }

        @Test
        void anUploadNeedsATypeAFileAndASize() throws Exception {
            String upload = "/wecom/cgi-bin/media/upload?access_token=" + token + "&type=";
            assertThat(client.upload(upload + "music", "a", 100).code()).isEqualTo(40004);
            assertThat(client.upload(upload + "file", "a", 4).code()).isEqualTo(40006);
            assertThat(client.upload(upload + "voice", "a", 2 * 1024 * 1024 + 1).code())
                    .isEqualTo(40006);
            assertThat(call("POST", "media/upload", "{}").code()).isEqualTo(40004);
            assertThat(client.send("POST", upload + "file", "{}").code()).isEqualTo(41005);
            assertThat(client.send("POST", upload + "file", "no parts", "Content-Type", "multipart/form-data")
                            .code())
                    .isEqualTo(47001);
        }

        @Test
        void anAppPushesTwoHundredTimesAHeadADay() throws Exception {
            client.switches("WECOM", "{\"limits\":true,\"headcountCap\":1}");
            String send = "{\"touser\":\"u1|u2\",\"msgtype\":\"text\",\"agentid\":7,\"text\":{\"content\":\"hi\"}}";
            for (int i = 0; i < 100; i++) {
                assertThat(call("POST", "message/send", send).code()).isZero();
                client.clock.advance(Duration.ofSeconds(5));
            }
            assertThat(call("POST", "message/send", send).code()).isEqualTo(45009);
            client.clock.advance(Duration.ofDays(1));
            register();
            assertThat(call("POST", "message/send", send).code()).isZero();
        }

        @Test
        void aCallForDebuggingIsTakenFiveTimesAMinuteWhateverTheLimits() throws Exception {
            String debugged = "/wecom/cgi-bin/agent/get?agentid=7&debug=1&access_token=" + token;
            for (int i = 0; i < 5; i++) {
                assertThat(client.send("GET", debugged, "").code()).isZero();
            }
            assertThat(client.send("GET", debugged, "").code()).isEqualTo(45009);
            assertThat(client.send("GET", debugged.replace("&debug=1", ""), "").code())
                    .isZero();
            client.clock.advance(Duration.ofMinutes(1));
            assertThat(client.send("GET", debugged, "").code()).isZero();
        }

        @Test
        void newsOfTheAppAndCardsReachPeople() throws Exception {
            String to = "{\"touser\":\"u1\",\"agentid\":7,";
            call(
                    "POST",
                    "message/send",
                    to + "\"msgtype\":\"mpnews\",\"mpnews\":{\"articles\":[{\"title\":\"t\",\"content\":\"c\"}]}}");
            call(
                    "POST",
                    "message/send",
                    to
                            + "\"msgtype\":\"template_card\",\"template_card\":{\"card_type\":\"text_notice\",\"main_title\":{\"title\":\"t\",\"desc\":\"d\"}}}");
            assertThat(pushes().values())
                    .extracting(push -> push.path("message").path("text").asString())
                    .containsExactly("t\nc", "t\nd");
        }

        @Test
        void aGroupOfAnotherAppIsTakenAndNotReadable() throws Exception {
            client.switches("WECOM", "{\"foreignChats\":[\"c9\"]}");
            String create = "{\"chatid\":\"c9\",\"userlist\":[\"u1\",\"u2\"]}";
            assertThat(call("POST", "appchat/create", create).code()).isEqualTo(86215);
            assertThat(call("POST", "appchat/update", "{\"chatid\":\"c9\"}").code())
                    .isEqualTo(86008);
            assertThat(client.rooms()).isEmpty();
        }

        @Test
        void theIdOfAGroupThatPeopleHaveDissolvedIsTakenOrFreeAsTheSwitchSays() throws Exception {
            String create = "{\"chatid\":\"c1\",\"userlist\":[\"u1\",\"u2\"]}";
            call("POST", "appchat/create", create);
            client.send("POST", "/sim/v1/tenants/acme/WECOM/dissolve", "{\"roomId\":\"c1\"}");
            assertThat(call("POST", "appchat/update", "{\"chatid\":\"c1\"}").code())
                    .isEqualTo(86001);
            assertThat(call("POST", "appchat/create", create).code()).isEqualTo(86215);
            client.switches("WECOM", "{\"dissolvedChat\":\"FREE\"}");
            assertThat(call("POST", "appchat/create", create).code()).isZero();
            assertThat(client.rooms()).hasSize(2);
        }

        @Test
        void aRefusalRepeatsItsCodeInAHeaderAndBadFormsHaveCodesOfTheirOwn() throws Exception {
            Reply bad = call("POST", "user/getuserid", "{\"mobile\":\"12\"}");
            assertThat(bad.code()).isEqualTo(60103);
            assertThat(bad.headers().firstValue("error-code")).hasValue("60103");
            assertThat(call("POST", "user/get_userid_by_email", "{\"email\":\"no mail\"}")
                            .code())
                    .isEqualTo(60105);
        }

        @Test
        void anAppSeesItselfAloneAndWhereItsCallsGo() throws Exception {
            assertThat(call("GET", "agent/list", "")
                            .json()
                            .path("agentlist")
                            .path(0)
                            .path("agentid")
                            .asInt())
                    .isEqualTo(7);
            assertThat(call("GET", "get_api_domain_ip", "").json().path("ip_list"))
                    .isNotEmpty();
        }
    }

    @Nested
    final class Dingtalk {
        private static final String NOTIFY = "topapi/message/corpconversation/";
        private String token = "";

        @BeforeEach
        void register() throws Exception {
            client.tenant("acme", "DINGTALK", """
                    {"clientId":"ding1","clientSecret":"s","groupTemplateId":"g","robotId":"r","serviceId":42}""");
            token = client.send(
                            "POST",
                            "/dingtalk/v1.0/oauth2/dingcorp/token",
                            "{\"client_id\":\"ding1\",\"client_secret\":\"s\",\"grant_type\":\"client_credentials\"}")
                    .json()
                    .path("access_token")
                    .asString();
        }

        private Reply legacy(String endpoint, String body) throws Exception {
            return client.send("POST", "/dingtalk/" + endpoint + "?access_token=" + token, body);
        }

        private Reply v1(String method, String endpoint, String body) throws Exception {
            return client.send(method, "/dingtalk/v1.0/" + endpoint, body, "x-acs-dingtalk-access-token", token);
        }

        private String group() throws Exception {
            return v1(
                            "POST",
                            "im/sceneGroup/create",
                            "{\"title\":\"t\",\"template_id\":\"g\",\"owner_user_id\":\"u1\",\"user_ids\":[\"u2\"]}")
                    .json()
                    .path("open_conversation_id")
                    .asString();
        }

        @Test
        void theTokenOfACorpIsRefusedAsItsPageSays() throws Exception {
            assertThat(token).isNotEmpty();
            Reply wrong = client.send(
                    "POST",
                    "/dingtalk/v1.0/oauth2/dingcorp/token",
                    "{\"client_id\":\"ding1\",\"client_secret\":\"x\",\"grant_type\":\"client_credentials\"}");
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(wrong.json().path("code").asString()).isEqualTo("invalid.client");
            Reply fake = client.send("POST", "/dingtalk/v1.0/oauth2/fake/token", "{}");
            assertThat(fake.status()).isEqualTo(500);
            assertThat(fake.json().path("code").asString()).isEqualTo("unknownError");
        }

        private Reply notify(String agent, String people, String text) throws Exception {
            return legacy(
                    NOTIFY + "asyncsend_v2",
                    "{\"agent_id\":" + agent + ",\"userid_list\":\"" + people
                            + "\",\"msg\":{\"msgtype\":\"text\",\"text\":{\"content\":\"" + text + "\"}}}");
        }

        private JsonNode result(long task) throws Exception {
            return legacy(NOTIFY + "getsendresult", "{\"agent_id\":42,\"task_id\":" + task + "}")
                    .json()
                    .path("send_result");
        }

        @Test
        void aWorkNotificationTellsLaterWhomItReachedAndIsTakenBack() throws Exception {
            long task = notify("42", "u1,nobody", "down").json().path("task_id").asLong();
            assertThat(pushes().path(0).path("to").path(0).asString()).isEqualTo("u1");
            assertThat(pushes().path(0).path("message").path("text").asString()).isEqualTo("down");
            assertThat(result(task).path("invalid_user_id_list").path(0).asString())
                    .isEqualTo("nobody");
            assertThat(result(task).path("unread_user_id_list").path(0).asString())
                    .isEqualTo("u1");
            assertThat(legacy(NOTIFY + "getsendprogress", "{\"agent_id\":42,\"task_id\":" + task + "}")
                            .code())
                    .isZero();
            assertThat(legacy(NOTIFY + "getsendprogress", "{\"agent_id\":42,\"task_id\":1}")
                            .code())
                    .isEqualTo(40035);
            assertThat(legacy(NOTIFY + "recall", "{\"agent_id\":42,\"msg_task_id\":" + task + "}")
                            .code())
                    .isZero();
            assertThat(pushes()).isEmpty();
            assertThat(legacy(NOTIFY + "recall", "{\"agent_id\":42,\"msg_task_id\":1}")
                            .code())
                    .isEqualTo(400002);
        }

        @Test
        void theSameWordsToTheSamePersonAreDroppedForTheDayAndTheCallSucceeds() throws Exception {
            client.switches("DINGTALK", "{\"limits\":true}");
            assertThat(notify("42", "u1", "down").code()).isZero();
            Reply again = notify("42", "u1", "down");
            assertThat(again.code()).isZero();
            assertThat(pushes()).hasSize(1);
            assertThat(result(again.json().path("task_id").asLong())
                            .path("forbidden_list")
                            .path(0)
                            .path("code")
                            .asString())
                    .isEqualTo("143106");
            assertThat(client.send("GET", "/sim/v1/drops?tenant=acme", "")
                            .json()
                            .path("total")
                            .asInt())
                    .isEqualTo(1);
        }

        @Test
        void aNotificationOfAnotherAgentIsRefusedWithWhateverCodeTheSwitchSays() throws Exception {
            assertThat(notify("43", "u1", "down").code()).isEqualTo(40056);
            client.switches("DINGTALK", "{\"unknownAgent\":70003}");
            assertThat(notify("43", "u1", "down").code()).isEqualTo(70003);
            assertThat(notify("42", "", "down").code()).isEqualTo(40035);
            assertThat(notify("42", "u1", "x".repeat(2100)).code()).isEqualTo(40035);
        }

        @Test
        void theAppsRobotWritesToPeopleAndTheTemplatesDoesNot() throws Exception {
            String body =
                    "{\"robotCode\":\"%s\",\"userIds\":[\"u1\",\"nobody\"],\"msgKey\":\"sampleText\",\"msgParam\":\"{\\\"content\\\":\\\"hi\\\"}\"}";
            Reply sent = v1("POST", "robot/oToMessages/batchSend", body.formatted("ding1"));
            assertThat(sent.json().path("processQueryKey").asString()).isNotEmpty();
            assertThat(sent.json().path("invalidStaffIdList").path(0).asString())
                    .isEqualTo("nobody");
            assertThat(pushes()).hasSize(1);
            assertThat(v1("POST", "robot/oToMessages/batchSend", body.formatted("r"))
                            .json()
                            .path("code")
                            .asString())
                    .isEqualTo("invalidParameter.robotCode.auth");
        }

        @Test
        void aMessageInAGroupIsTakenBack() throws Exception {
            String group = group();
            String key = v1(
                            "POST",
                            "robot/groupMessages/send",
                            "{\"openConversationId\":\"" + group
                                    + "\",\"robotCode\":\"r\",\"msgKey\":\"sampleText\",\"msgParam\":\"{\\\"content\\\":\\\"hi\\\"}\"}")
                    .json()
                    .path("processQueryKey")
                    .asString();
            Reply recalled = v1(
                    "POST",
                    "robot/groupMessages/recall",
                    "{\"openConversationId\":\"" + group + "\",\"robotCode\":\"r\",\"processQueryKeys\":[\"" + key
                            + "\",\"none\"]}");
            assertThat(recalled.json().path("successResult").path(0).asString()).isEqualTo(key);
            assertThat(recalled.json().path("failedResult").has("none")).isTrue();
            assertThat(client.rooms().path(0).path("messages")).isEmpty();
        }

        @Test
        void aCardIsDeliveredOnceAndChanged() throws Exception {
            String group = group();
            String card =
                    "{\"cardTemplateId\":\"c\",\"outTrackId\":\"t1\",\"cardData\":{\"cardParamMap\":{\"title\":\"%s\"}},\"openSpaceId\":\"dtv1.card//IM_GROUP."
                            + group + "\",\"imGroupOpenDeliverModel\":{\"robotCode\":\"r\"}}";
            Reply delivered = v1("POST", "card/instances/createAndDeliver", card.formatted("down"));
            assertThat(delivered
                            .json()
                            .path("result")
                            .path("deliverResults")
                            .path(0)
                            .path("success")
                            .asBoolean())
                    .isTrue();
            assertThat(v1("POST", "card/instances/createAndDeliver", card.formatted("down"))
                            .json()
                            .path("code")
                            .asString())
                    .isEqualTo("param.cardAlreadyExist");
            v1("PUT", "card/instances", card.formatted("solved"));
            JsonNode messages = client.rooms().path(0).path("messages");
            assertThat(messages).hasSize(1);
            assertThat(messages.path(0).path("text").asString()).isEqualTo("solved");
            Reply nowhere = v1(
                    "POST",
                    "card/instances/createAndDeliver",
                    "{\"cardTemplateId\":\"c\",\"outTrackId\":\"t2\",\"openSpaceId\":\"dtv1.card//IM_GROUP.x\"}");
            assertThat(nowhere.status()).isEqualTo(200);
            assertThat(nowhere.json()
                            .path("result")
                            .path("deliverResults")
                            .path(0)
                            .path("success")
                            .asBoolean(true))
                    .isFalse();
        }

        @Test
        void peopleAreFoundByUnionIdAndByName() throws Exception {
            assertThat(legacy("topapi/user/getbyunionid", "{\"unionid\":\"union-u1\"}")
                            .json()
                            .path("result")
                            .path("userid")
                            .asString())
                    .isEqualTo("u1");
            assertThat(legacy("topapi/user/getbyunionid", "{\"unionid\":\"u1\"}")
                            .code())
                    .isEqualTo(60121);
            JsonNode found = v1("POST", "contact/users/search", "{\"queryWord\":\"L\",\"offset\":0,\"size\":1}")
                    .json();
            assertThat(found.path("list").path(0).asString()).isEqualTo("u1");
            assertThat(found.path("totalCount").asInt()).isEqualTo(2);
            assertThat(found.path("hasMore").asBoolean()).isTrue();
        }

        @Test
        void anAddressBeyondTenThousandCallsInTwentySecondsIsBannedForFiveMinutes() throws Exception {
            client.switches("DINGTALK", "{\"limits\":true}");
            Reply last = legacy("topapi/v2/user/get", "{\"userid\":\"u1\"}");
            for (int i = 0; i < 10_000; i++) {
                last = legacy("topapi/v2/user/get", "{\"userid\":\"u1\"}");
            }
            assertThat(last.json().path("punish").asString()).isEqualTo("deny");
            client.clock.advance(Duration.ofSeconds(299));
            assertThat(v1("POST", "im/sceneGroups/query", "{}")
                            .json()
                            .path("status")
                            .asInt())
                    .isEqualTo(1111);
            client.clock.advance(Duration.ofSeconds(1));
            assertThat(legacy("topapi/v2/user/get", "{\"userid\":\"u1\"}").code())
                    .isZero();
        }

        @Test
        void aGroupTellsItsAddress() throws Exception {
            String group = group();
            assertThat(v1("POST", "im/sceneGroups/query", "{\"openConversationId\":\"" + group + "\"}")
                            .json()
                            .path("groupUrl")
                            .asString())
                    .startsWith("https://");
            assertThat(legacy("topapi/im/chat/scenegroup/get", "{\"open_conversation_id\":\"" + group + "\"}")
                            .json()
                            .path("result")
                            .path("group_url")
                            .asString())
                    .startsWith("https://");
        }

        @Test
        void groupsHaveSubAdminsRobotsAndATemplateThatComesAndGoes() throws Exception {
            String group = group();
            assertThat(v1(
                                    "PUT",
                                    "im/sceneGroups/subAdmins",
                                    "{\"openConversationId\":\"" + group + "\",\"role\":2,\"userIds\":[\"u2\"]}")
                            .json()
                            .path("success")
                            .asBoolean())
                    .isTrue();
            assertThat(v1(
                                    "PUT",
                                    "im/sceneGroups/subAdmins",
                                    "{\"openConversationId\":\"" + group + "\",\"role\":2,\"userIds\":[\"u3\"]}")
                            .status())
                    .isEqualTo(400);
            assertThat(v1("POST", "robot/groups/robots/query", "{\"openConversationId\":\"" + group + "\"}")
                            .json()
                            .path("chatbotInstanceVOList")
                            .path(0)
                            .path("openRobotType")
                            .asInt())
                    .isEqualTo(4);
            String apply =
                    "{\"open_conversation_id\":\"" + group + "\",\"template_id\":\"g\",\"owner_user_id\":\"%s\"}";
            assertThat(legacy("topapi/im/chat/scenegroup/template/apply", apply.formatted("u1"))
                            .code())
                    .isZero();
            assertThat(legacy("topapi/im/chat/scenegroup/template/close", apply.formatted("u2"))
                            .code())
                    .isEqualTo(660036);
            assertThat(v1("GET", "microApp/apps/42/scopes", "")
                            .json()
                            .path("result")
                            .path("deptIds")
                            .path(0)
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Nested
    final class Lark {
        private String token = "";

        @BeforeEach
        void register() throws Exception {
            client.tenant("acme", "LARK", "{\"appId\":\"cli_1\",\"appSecret\":\"s\"}");
            token = client.send(
                            "POST",
                            "/lark/open-apis/auth/v3/tenant_access_token/internal",
                            "{\"app_id\":\"cli_1\",\"app_secret\":\"s\"}")
                    .json()
                    .path("tenant_access_token")
                    .asString();
        }

        private Reply call(String method, String path, String body) throws Exception {
            return client.send(method, "/lark/open-apis/" + path, body, "Authorization", "Bearer " + token);
        }

        private String chat(String name) throws Exception {
            return call("POST", "im/v1/chats", "{\"name\":\"" + name + "\",\"user_id_list\":[\"u1\"]}")
                    .json()
                    .path("data")
                    .path("chat_id")
                    .asString();
        }

        private String message(String chat, String type, String content) throws Exception {
            return call(
                            "POST",
                            "im/v1/messages?receive_id_type=chat_id",
                            "{\"receive_id\":\"" + chat + "\",\"msg_type\":\"" + type + "\",\"content\":\""
                                    + content.replace("\"", "\\\"") + "\"}")
                    .json()
                    .path("data")
                    .path("message_id")
                    .asString();
        }

        @Test
        void aChatIsFoundByNameLinkedToAndManaged() throws Exception {
            String chat = chat("INC-1 Checkout");
            chat("other");
            JsonNode found = call("GET", "im/v1/chats/search?query=checkout", "")
                    .json()
                    .path("data")
                    .path("items");
            assertThat(found).hasSize(1);
            assertThat(found.path(0).path("chat_id").asString()).isEqualTo(chat);
            assertThat(call("GET", "im/v1/chats/search?query=INC-1", "")
                            .json()
                            .path("data")
                            .path("items"))
                    .isEmpty();
            assertThat(call("GET", "im/v1/chats/search?query=%22INC-1%22", "")
                            .json()
                            .path("data")
                            .path("items"))
                    .hasSize(1);
            assertThat(call("GET", "im/v1/chats/" + chat + "/members/is_in_chat", "")
                            .json()
                            .path("data")
                            .path("is_in_chat")
                            .asBoolean())
                    .isTrue();
            JsonNode link = call("POST", "im/v1/chats/" + chat + "/link", "{\"validity_period\":\"year\"}")
                    .json()
                    .path("data");
            assertThat(link.path("share_link").asString()).startsWith("https://");
            assertThat(link.path("expire_time").asString()).isEqualTo("1798761600");
            assertThat(call("POST", "im/v1/chats/nowhere/link", "{}").code()).isEqualTo(232065);
            String managers = "im/v1/chats/" + chat + "/managers/add_managers";
            assertThat(call("POST", managers, "{\"manager_ids\":[\"u1\"]}").code())
                    .isZero();
            assertThat(call("POST", managers, "{\"manager_ids\":[\"u2\"]}").code())
                    .isEqualTo(232001);
        }

        @Test
        void aCardIsChangedPinnedAndPutOnTopAndPeopleAreBuzzed() throws Exception {
            String chat = chat("INC-1");
            String card = message(
                    chat,
                    "interactive",
                    "{\"config\":{\"update_multi\":true},\"elements\":[{\"tag\":\"markdown\",\"content\":\"down\"}]}");
            String text = message(chat, "text", "{\"text\":\"hi\"}");
            String changed =
                    "{\"content\":\"{\\\"elements\\\":[{\\\"tag\\\":\\\"markdown\\\",\\\"content\\\":\\\"solved\\\"}]}\"}";
            assertThat(call("PATCH", "im/v1/messages/" + card, changed).code()).isZero();
            assertThat(call("PATCH", "im/v1/messages/" + text, changed).code()).isEqualTo(230001);
            assertThat(client.rooms()
                            .path(0)
                            .path("messages")
                            .path(0)
                            .path("text")
                            .asString())
                    .isEqualTo("solved");
            Reply pin = call("POST", "im/v1/pins", "{\"message_id\":\"" + card + "\"}");
            client.clock.advance(Duration.ofMinutes(1));
            assertThat(call("POST", "im/v1/pins", "{\"message_id\":\"" + card + "\"}")
                            .json())
                    .isEqualTo(pin.json());
            String top = "im/v1/chats/" + chat + "/top_notice/put_top_notice";
            assertThat(call(
                                    "POST",
                                    top,
                                    "{\"chat_top_notice\":[{\"action_type\":\"1\",\"message_id\":\"" + card + "\"}]}")
                            .code())
                    .isZero();
            assertThat(call("POST", top, "{\"chat_top_notice\":[{\"action_type\":\"1\",\"message_id\":\"x\"}]}")
                            .code())
                    .isEqualTo(232001);
            for (String way : List.of("urgent_app", "urgent_sms", "urgent_phone")) {
                Reply buzzed =
                        call("PATCH", "im/v1/messages/" + card + "/" + way, "{\"user_id_list\":[\"u1\",\"u2\"]}");
                assertThat(buzzed.json()
                                .path("data")
                                .path("invalid_user_id_list")
                                .path(0)
                                .asString())
                        .isEqualTo("u2");
            }
            assertThat(call("PATCH", "im/v1/messages/" + card + "/urgent_app", "{\"user_id_list\":[\"u2\"]}")
                            .code())
                    .isEqualTo(230001);
            client.clock.advance(Duration.ofDays(15));
            register();
            assertThat(call("PATCH", "im/v1/messages/" + card, changed).code()).isEqualTo(230031);
        }

        @Test
        void aWrongSecretIsRefusedInWhateverShapeTheSwitchSays() throws Exception {
            String wrong = "{\"app_id\":\"cli_1\",\"app_secret\":\"x\"}";
            String path = "/lark/open-apis/auth/v3/tenant_access_token/internal";
            assertThat(client.send("POST", path, wrong).status()).isEqualTo(200);
            client.switches("LARK", "{\"wrongSecret\":\"CODE_10015_IN_400\"}");
            Reply reply = client.send("POST", path, wrong);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo(10015);
        }

        @Test
        void aThrottledCallTellsTheLimitAndWhenItIsOver() throws Exception {
            client.fault("{\"endpoint\":\"im/v1/chats\",\"kind\":\"THROTTLED\"}");
            Reply reply = call("POST", "im/v1/chats", "{}");
            assertThat(reply.status()).isEqualTo(429);
            assertThat(reply.headers().firstValue("x-ogw-ratelimit-limit")).hasValue("50");
            assertThat(reply.headers().firstValue("x-ogw-ratelimit-reset")).hasValue("1");
        }

        @Test
        void aChatIsDescribedWithAllThatItsPageNames() throws Exception {
            JsonNode chat =
                    call("POST", "im/v1/chats", "{\"name\":\"n\"}").json().path("data");
            assertThat(chat.propertyNames())
                    .contains(
                            "avatar",
                            "i18n_names",
                            "urgent_setting",
                            "edit_permission",
                            "membership_approval",
                            "tenant_key")
                    .doesNotContain("owner_id", "owner_id_type");
        }

        @Test
        void aPersonGetsFiveMessagesASecond() throws Exception {
            client.switches("LARK", "{\"limits\":true}");
            String send = "{\"receive_id\":\"u1\",\"msg_type\":\"text\",\"content\":\"{\\\"text\\\":\\\"hi\\\"}\"}";
            for (int i = 0; i < 5; i++) {
                assertThat(call("POST", "im/v1/messages?receive_id_type=open_id", send)
                                .code())
                        .isZero();
            }
            assertThat(call("POST", "im/v1/messages?receive_id_type=open_id", send)
                            .code())
                    .isEqualTo(230020);
            client.clock.advance(Duration.ofSeconds(1));
            assertThat(call("POST", "im/v1/messages?receive_id_type=open_id", send)
                            .code())
                    .isZero();
        }

        @Test
        void aMessageGoesToOnePersonOnceAUuid() throws Exception {
            String to =
                    "{\"receive_id\":\"%s\",\"msg_type\":\"text\",\"content\":\"{\\\"text\\\":\\\"hi\\\"}\",\"uuid\":\"k\"}";
            String path = "im/v1/messages?receive_id_type=open_id";
            Reply first = call("POST", path, to.formatted("u1"));
            assertThat(call("POST", path, to.formatted("u1")).json().path("data"))
                    .isEqualTo(first.json().path("data"));
            assertThat(pushes()).hasSize(1);
            assertThat(call("POST", path, to.formatted("hidden")).code()).isEqualTo(230013);
            assertThat(call("POST", path, to.formatted("gone")).code()).isEqualTo(230029);
            assertThat(call("POST", path, to.formatted("nobody")).code()).isEqualTo(99992351);
        }
    }
}
