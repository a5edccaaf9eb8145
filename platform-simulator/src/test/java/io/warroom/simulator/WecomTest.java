package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.simulator.Client.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class WecomTest {
    private final Client client;
    private String token = "";

    WecomTest() throws Exception {
        client = new Client();
    }

    @BeforeEach
    void register() throws Exception {
        client.tenant("acme", "WECOM", """
                {"enterpriseId":"ww1","enterpriseKey":"key","addressBookKey":"book","serviceId":1000002}""");
        token = token("ww1", "key").json().path("access_token").asString();
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private Reply token(String id, String secret) throws Exception {
        return client.send("GET", "/wecom/cgi-bin/gettoken?corpid=" + id + "&corpsecret=" + secret, "");
    }

    private Reply post(String endpoint, String body) throws Exception {
        return client.send("POST", "/wecom/cgi-bin/" + endpoint + "?access_token=" + token, body);
    }

    private Reply get(String endpoint, String query) throws Exception {
        return client.send("GET", "/wecom/cgi-bin/" + endpoint + "?access_token=" + token + "&" + query, "");
    }

    private Reply create(String chatId, String people) throws Exception {
        return post("appchat/create", """
                {"chatid":"%s","name":"db down","owner":"u1","userlist":[%s]}""".formatted(chatId, people));
    }

    @Test
    void aGroupIsMadeReadChangedAndWrittenInto() throws Exception {
        assertThat(create("wr1", "\"u1\",\"u2\"").json().path("chatid").asString())
                .isEqualTo("wr1");
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"name\":\"solved\",\"add_user_list\":[\"u3\"]}")
                        .code())
                .isZero();
        assertThat(post(
                                "appchat/send",
                                "{\"chatid\":\"wr1\",\"msgtype\":\"markdown\",\"markdown\":{\"content\":\"hi\"}}")
                        .code())
                .isZero();

        var chat = get("appchat/get", "chatid=wr1").json().path("chat_info");
        assertThat(chat.path("userlist").size()).isEqualTo(3);
        var room = client.rooms().path(0);
        assertThat(room.path("name").asString()).isEqualTo("solved");
        assertThat(room.path("members").path(2).path("name").asString()).isEqualTo("Lucy");
        assertThat(room.path("messages").path(0).path("text").asString()).isEqualTo("hi");
    }

    @Test
    void aRepeatedChatIdIsAnsweredWith86215AndMakesNoSecondGroup() throws Exception {
        create("wr1", "\"u1\",\"u2\"");
        assertThat(create("wr1", "\"u1\",\"u3\"").code()).isEqualTo(86215);
        assertThat(client.rooms().size()).isEqualTo(1);
        assertThat(client.rooms().path(0).path("members").path(1).path("userId").asString())
                .isEqualTo("u2");
    }

    @Test
    void onePersonNamedTwiceIsNotAGroup() throws Exception {
        assertThat(create("wr1", "\"u1\",\"u1\"").code()).isEqualTo(86006);
    }

    @Test
    void anUnknownMemberRefusesTheWholeGroupWithTheChosenCode() throws Exception {
        assertThat(create("wr1", "\"u1\",\"nobody\"").code()).isEqualTo(86216);
        client.switches("wecom", "{\"unknownMember\":60111}");
        assertThat(create("wr1", "\"u1\",\"nobody\"").code()).isEqualTo(60111);
        assertThat(client.rooms().size()).isZero();
    }

    @Test
    void anOwnerOutsideTheListIsRefused() throws Exception {
        assertThat(create("wr1", "\"u2\",\"u3\"").code()).isEqualTo(86207);
    }

    @Test
    void anUnknownChatIsAnsweredWithTheChosenCode() throws Exception {
        assertThat(get("appchat/get", "chatid=none").code()).isEqualTo(86001);
        client.switches("wecom", "{\"unknownChat\":40050}");
        assertThat(get("appchat/get", "chatid=none").code()).isEqualTo(40050);
    }

    @Test
    void aNameIsCutSilentlyAfterFiftyCharacters() throws Exception {
        String name = "战".repeat(49) + "😀😀";
        post("appchat/create", "{\"chatid\":\"wr1\",\"name\":\"" + name + "\",\"userlist\":[\"u1\",\"u2\"]}");
        assertThat(client.rooms().path(0).path("name").asString()).isEqualTo("战".repeat(49) + "😀");
    }

    @Test
    void peopleAreFoundByMobileWithAndWithoutPrefixAndByEmail() throws Exception {
        assertThat(post("user/getuserid", "{\"mobile\":\"13800000001\"}")
                        .json()
                        .path("userid")
                        .asString())
                .isEqualTo("u1");
        assertThat(post("user/getuserid", "{\"mobile\":\"+8613800000002\"}")
                        .json()
                        .path("userid")
                        .asString())
                .isEqualTo("u2");
        assertThat(post("user/get_userid_by_email", "{\"email\":\"han@acme.cn\"}")
                        .json()
                        .path("userid")
                        .asString())
                .isEqualTo("u2");
        assertThat(post("user/getuserid", "{\"mobile\":\"13800000009\"}").code())
                .isEqualTo(46004);
        assertThat(get("user/get", "userid=u1").json().path("name").asString()).isEqualTo("Li Lei");
        assertThat(get("user/get", "userid=nobody").code()).isEqualTo(60111);
    }

    @Test
    void wrongCredentialsAreToldApart() throws Exception {
        assertThat(token("ww9", "key").code()).isEqualTo(40013);
        assertThat(token("ww1", "wrong").code()).isEqualTo(40001);
        assertThat(token("", "key").code()).isEqualTo(41002);
        assertThat(token("ww1", "").code()).isEqualTo(41004);
    }

    @Test
    void theAddressBookTokenListsPeopleAndNothingElse() throws Exception {
        assertThat(post("user/list_id", "{}").code()).isEqualTo(48002);
        token = token("ww1", "book").json().path("access_token").asString();
        assertThat(post("user/list_id", "{}").json().path("dept_user").size()).isEqualTo(4);
        assertThat(create("wr1", "\"u1\",\"u2\"").code()).isEqualTo(48002);
    }

    @Test
    void anAppSeesItselfAlone() throws Exception {
        assertThat(get("agent/get", "agentid=1000002").json().path("agentid").asInt())
                .isEqualTo(1000002);
        assertThat(get("agent/get", "agentid=7").code()).isEqualTo(301002);
    }

    @Test
    void aTokenStaysTheSameUntilItExpires() throws Exception {
        client.clock.advance(Duration.ofMinutes(90));
        var again = token("ww1", "key").json();
        assertThat(again.path("access_token").asString()).isEqualTo(token);
        assertThat(again.path("expires_in").asInt()).isEqualTo(1800);

        client.clock.advance(Duration.ofMinutes(30));
        assertThat(get("appchat/get", "chatid=none").code()).isEqualTo(42001);
        assertThat(token("ww1", "key").json().path("access_token").asString()).isNotEqualTo(token);
    }

    @Test
    void aRevokedOrForeignOrMissingTokenIsRefused() throws Exception {
        client.revoke("wecom");
        assertThat(get("appchat/get", "chatid=none").code()).isEqualTo(40014);
        assertThat(client.send("GET", "/wecom/cgi-bin/appchat/get", "").code()).isEqualTo(41001);
    }

    @Test
    void emptyAndOverlongMessagesAreRefused() throws Exception {
        create("wr1", "\"u1\",\"u2\"");
        String text = "{\"chatid\":\"wr1\",\"msgtype\":\"text\",\"text\":{\"content\":\"%s\"}}";
        assertThat(post("appchat/send", text.formatted("")).code()).isEqualTo(44004);
        assertThat(post("appchat/send", text.formatted("战".repeat(683))).code()).isEqualTo(40058);
        assertThat(post("appchat/send", text.formatted("战".repeat(682))).code()).isZero();
    }

    @Test
    void brokenAndOversizedBodiesAreRefused() throws Exception {
        assertThat(post("appchat/create", "{\"chatid\":").code()).isEqualTo(47001);
        assertThat(post("appchat/create", "[1]").code()).isEqualTo(47001);
        assertThat(post("appchat/create", "{\"name\":\"" + "x".repeat(1_050_000) + "\"}")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void escapedCharactersAreRefusedAndABackslashBeforeAnULetterIsNone() throws Exception {
        assertThat(post("user/getuserid", "{\"mobile\":\"\\u0031\"}").code()).isEqualTo(40033);
        assertThat(post("user/getuserid", "{\"mobile\":\"\\\\u0031\"}").code()).isEqualTo(60103);
    }

    @Test
    void userIdsAreComparedWithoutCase() throws Exception {
        assertThat(get("user/get", "userid=U1").json().path("userid").asString())
                .isEqualTo("u1");
        assertThat(create("wr0", "\"u1\",\"U1\"").code()).isEqualTo(86006);
        assertThat(create("wr1", "\"U1\",\"u2\"").code()).isZero();
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"del_user_list\":[\"U2\"],\"add_user_list\":[\"U3\"]}")
                        .code())
                .isZero();
        var members = get("appchat/get", "chatid=wr1").json().path("chat_info").path("userlist");
        assertThat(members.toString()).isEqualTo("[\"u1\",\"u3\"]");
    }

    @Test
    void aRefusalSaysWhichRequestItWasAndFromWhere() throws Exception {
        assertThat(get("appchat/get", "chatid=none").json().path("errmsg").asString())
                .matches("chatid invalid, hint: \\[[0-9a-f]{32}], from ip: 127\\.0\\.0\\.1, more info at .*e=86001");
    }

    @Test
    void manyWrongSecretsBlockTheAddressForAllFromSigningInForAnHour() throws Exception {
        for (int i = 0; i < 1_999; i++) {
            assertThat(token("ww1", "wrong").code()).isEqualTo(40001);
        }
        assertThat(token("ww1", "key").code()).isZero();
        assertThat(token("ww1", "wrong").code()).isEqualTo(40001);
        assertThat(token("ww1", "key").code()).isEqualTo(45009);
        assertThat(get("appchat/get", "chatid=none").code()).isEqualTo(86001);
        client.clock.advance(Duration.ofMinutes(59));
        assertThat(token("ww1", "key").code()).isEqualTo(45009);
        client.clock.advance(Duration.ofMinutes(1));
        assertThat(token("ww1", "key").code()).isZero();
    }

    @Test
    void aMemberOutsideTheRangeAndAPersonNobodyHasAreAnsweredWithTheChosenCodes() throws Exception {
        assertThat(create("wr1", "\"u1\",\"hidden\"").code()).isEqualTo(60011);
        assertThat(get("user/get", "userid=hidden").code()).isEqualTo(60011);
        create("wr2", "\"u1\",\"u2\"");
        String add = "{\"chatid\":\"wr2\",\"add_user_list\":[\"%s\"]}";
        assertThat(post("appchat/update", add.formatted("hidden")).code()).isEqualTo(60011);
        assertThat(post("appchat/update", add.formatted("nobody")).code()).isEqualTo(86216);
        client.switches("WECOM", "{\"invisibleMember\":86007,\"unknownPerson\":60111}");
        assertThat(create("wr1", "\"u1\",\"hidden\"").code()).isEqualTo(86007);
        assertThat(post("user/getuserid", "{\"mobile\":\"13899999999\"}").code())
                .isEqualTo(60111);
        assertThat(client.rooms().size()).isEqualTo(1);
    }

    @Test
    void aThousandGroupsADayAreMadeWhenLimitsAreKept() throws Exception {
        client.switches("WECOM", "{\"limits\":true}");
        for (int i = 0; i < 1_000; i++) {
            assertThat(create("wr" + i, "\"u1\",\"u2\"").code()).isZero();
        }
        assertThat(create("more", "\"u1\",\"u2\"").code()).isEqualTo(45009);
        assertThat(create("wr1", "\"u1\",\"u2\"").code()).isEqualTo(86215);
        client.clock.advance(Duration.ofDays(1));
        token = token("ww1", "key").json().path("access_token").asString();
        assertThat(create("more", "\"u1\",\"u2\"").code()).isZero();
        assertThat(client.rooms().size()).isEqualTo(1_001);
    }

    @Test
    void aThousandChangesAnHourAreTakenWhenLimitsAreKept() throws Exception {
        create("wr1", "\"u1\",\"u2\"");
        client.switches("WECOM", "{\"limits\":true}");
        for (int i = 0; i < 1_000; i++) {
            assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"name\":\"n\"}")
                            .code())
                    .isZero();
        }
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"name\":\"n\"}").code())
                .isEqualTo(45009);
        client.clock.advance(Duration.ofMinutes(59));
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"name\":\"n\"}").code())
                .isEqualTo(45009);
        client.clock.advance(Duration.ofMinutes(1));
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"name\":\"n\"}").code())
                .isZero();
    }

    @Test
    void messagesBeyondAMembersShareAreDroppedSilentlyWhenLimitsAreKept() throws Exception {
        create("wr1", "\"u1\",\"u2\"");
        String text = "{\"chatid\":\"wr1\",\"msgtype\":\"text\",\"text\":{\"content\":\"x\"}}";
        client.switches("WECOM", "{\"limits\":true}");
        for (int i = 0; i < 201; i++) {
            assertThat(post("appchat/send", text).code()).isZero();
        }
        assertThat(client.rooms().path(0).path("messages").size()).isEqualTo(200);
        client.switches("WECOM", "{\"limits\":false}");
        post("appchat/send", text);
        assertThat(client.rooms().path(0).path("messages").size()).isEqualTo(201);
    }

    private Reply direct(String receivers, String more) throws Exception {
        return post(
                "message/send",
                "{" + receivers + ",\"msgtype\":\"text\",\"agentid\":1000002,\"text\":{\"content\":\"go\"}" + more
                        + "}");
    }

    private JsonNode directMessages() throws Exception {
        return client.send("GET", "/sim/v1/direct-messages?tenant=acme", "")
                .json()
                .path("messages");
    }

    @Test
    void aMessageToPeopleReachesThoseWhoAreThereAndNamesTheOthers() throws Exception {
        var sent = direct("\"touser\":\"U1|NoBody|hidden\"", "").json();
        assertThat(sent.path("errcode").asInt(-1)).isZero();
        assertThat(sent.path("invaliduser").asString()).isEqualTo("nobody|hidden");
        assertThat(sent.path("msgid").asString()).isNotEmpty();
        assertThat(directMessages().path(0).path("to").toString()).isEqualTo("[\"u1\"]");
        assertThat(directMessages().path(0).path("message").path("text").asString())
                .isEqualTo("go");

        direct("\"touser\":\"@all\"", "");
        assertThat(directMessages().path(1).path("to").size()).isEqualTo(3);
        assertThat(direct("\"toparty\":\"1|7\"", "").json().path("invalidparty").asString())
                .isEqualTo("7");
    }

    @Test
    void aMessageToNobodyOrOfAnotherAppIsRefused() throws Exception {
        assertThat(direct("\"touser\":\"nobody\"", "").code()).isEqualTo(81013);
        assertThat(direct("\"touser\":\"\"", "").code()).isEqualTo(82001);
        var many = new StringBuilder("u1");
        for (int i = 0; i < 1000; i++) {
            many.append("|x").append(i);
        }
        assertThat(direct("\"touser\":\"" + many + "\"", "").code()).isEqualTo(40032);
        var other = "{\"touser\":\"u1\",\"msgtype\":\"text\",\"agentid\":5,\"text\":{\"content\":\"go\"}}";
        assertThat(post("message/send", other).code()).isEqualTo(301002);
        assertThat(directMessages().size()).isZero();
    }

    @Test
    void aRepeatedMessageIsDeliveredOnceWithinTheWindowWhenAskedFor() throws Exception {
        String check = ",\"enable_duplicate_check\":1,\"duplicate_check_interval\":600";
        String first = direct("\"touser\":\"u1\"", check).json().path("msgid").asString();
        assertThat(direct("\"touser\":\"u1\"", check).json().path("msgid").asString())
                .isEqualTo(first);
        assertThat(directMessages().size()).isEqualTo(1);
        client.clock.advance(Duration.ofMinutes(10));
        direct("\"touser\":\"u1\"", check);
        assertThat(directMessages().size()).isEqualTo(2);
        direct("\"touser\":\"u2\"", "");
        direct("\"touser\":\"u2\"", "");
        assertThat(directMessages().size()).isEqualTo(4);
    }

    @Test
    void aLongMessageToPeopleIsCutSilentlyAndMoreThanThirtyAMinuteAreDropped() throws Exception {
        post(
                "message/send",
                "{\"touser\":\"u1\",\"msgtype\":\"text\",\"agentid\":1000002,\"text\":{\"content\":\"" + "战".repeat(700)
                        + "\"}}");
        assertThat(directMessages().path(0).path("message").path("text").asString())
                .isEqualTo("战".repeat(682));
        client.switches("wecom", "{\"limits\":true}");
        for (int i = 0; i < 31; i++) {
            assertThat(direct("\"touser\":\"u2\"", "").code()).isZero();
        }
        assertThat(directMessages().size()).isEqualTo(31);
    }

    @Test
    void anExpiredTokenCanLookLikeAnInvalidOne() throws Exception {
        client.switches("wecom", "{\"expiredToken\":40014}");
        client.clock.advance(Duration.ofHours(2));
        assertThat(get("appchat/get", "chatid=none").code()).isEqualTo(40014);
    }

    @Test
    void aGroupsOwnerLeavesOnlyWhenAnotherIsNamed() throws Exception {
        create("wr1", "\"u1\",\"u2\",\"u3\"");
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"del_user_list\":[\"u1\"]}")
                        .code())
                .isEqualTo(86207);
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"owner\":\"u2\",\"del_user_list\":[\"u1\"]}")
                        .code())
                .isZero();
        assertThat(client.rooms().path(0).path("ownerId").asString()).isEqualTo("u2");
        assertThat(post("appchat/update", "{\"chatid\":\"wr1\",\"del_user_list\":[\"u1\"]}")
                        .code())
                .isEqualTo(86216);
    }

    @Test
    void addingSomebodyAgainIsFineUnlessSwitchedSo() throws Exception {
        create("wr1", "\"u1\",\"u2\"");
        String again = "{\"chatid\":\"wr1\",\"add_user_list\":[\"u2\"]}";
        assertThat(post("appchat/update", again).code()).isZero();
        client.switches("wecom", "{\"existingMember\":\"ERROR\"}");
        assertThat(post("appchat/update", again).code()).isEqualTo(86216);
    }

    @Test
    void whoResignedIsNoLongerInTheContacts() throws Exception {
        assertThat(post("user/getuserid", "{\"mobile\":\"13800000008\"}").code())
                .isEqualTo(46004);
        assertThat(get("user/get", "userid=gone").code()).isEqualTo(60111);
        assertThat(create("wr1", "\"u1\",\"gone\"").code()).isEqualTo(86216);
    }

    @Test
    void anAgentIdThatIsNoNumberIsToldFromAnothersAndAStoppedAppSaysSo() throws Exception {
        assertThat(get("agent/get", "agentid=abc").code()).isEqualTo(40056);
        assertThat(get("agent/get", "agentid=1000002").json().path("close").asInt(-1))
                .isZero();
        client.switches("wecom", "{\"appState\":\"DISABLED\"}");
        assertThat(get("agent/get", "agentid=1000002").json().path("close").asInt(-1))
                .isEqualTo(1);
        assertThat(create("wr1", "\"u1\",\"u2\"").code()).isEqualTo(50003);
    }

    @Test
    void anAppThatDoesNotSeeTheRootDepartmentMakesNoGroup() throws Exception {
        assertThat(get("agent/get", "agentid=1000002")
                        .json()
                        .path("allow_partys")
                        .path("partyid")
                        .path(0)
                        .asInt())
                .isEqualTo(1);
        client.switches("wecom", "{\"rootVisible\":false}");
        assertThat(get("agent/get", "agentid=1000002")
                        .json()
                        .path("allow_partys")
                        .path("partyid")
                        .path(0)
                        .asInt())
                .isEqualTo(2);
        assertThat(create("wr1", "\"u1\",\"u2\"").code()).isEqualTo(60011);
    }

    @Test
    void anAddressThatIsNotListedGetsATokenAndNothingElse() throws Exception {
        client.switches("wecom", "{\"addressAllowed\":false}");
        assertThat(token("ww1", "key").code()).isZero();
        var refused = get("agent/get", "agentid=1000002");
        assertThat(refused.code()).isEqualTo(60020);
        assertThat(refused.json().path("errmsg").asString()).contains("from ip: 127.0.0.1");
    }

    @Test
    void thePeopleOfTheContactsAreListedPageByPage() throws Exception {
        token = token("ww1", "book").json().path("access_token").asString();
        var first = post("user/list_id", "{\"cursor\":\"\",\"limit\":1}").json();
        assertThat(first.path("dept_user").size()).isEqualTo(1);
        var rest = post(
                        "user/list_id",
                        "{\"limit\":10000,\"cursor\":\""
                                + first.path("next_cursor").asString() + "\"}")
                .json();
        assertThat(rest.path("dept_user").size()).isEqualTo(3);
        assertThat(rest.path("next_cursor").asString("none")).isEmpty();
    }
}
