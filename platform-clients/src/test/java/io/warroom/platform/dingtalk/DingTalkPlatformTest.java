package io.warroom.platform.dingtalk;

import static io.warroom.platform.Fixture.briefing;
import static io.warroom.platform.Fixture.createdBody;
import static io.warroom.platform.Fixture.done;
import static io.warroom.platform.Fixture.person;
import static io.warroom.platform.Fixture.plan;
import static io.warroom.platform.Fixture.users;
import static io.warroom.platform.Fixture.why;
import static io.warroom.platform.ScriptedServer.html;
import static io.warroom.platform.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Fixture;
import io.warroom.platform.Missing;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Posted;
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.ScriptedServer.Answer;
import io.warroom.platform.ScriptedServer.Call;
import io.warroom.platform.Sighting;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class DingTalkPlatformTest {

    private static final String CREATE = "/v1.0/im/sceneGroup/create";
    private static final String ADD = "/v1.0/im/sceneGroup/member/add";
    private static final String SEND = "/topapi/im/chat/scencegroup/message/send_v2";
    private static final String USER = "/topapi/v2/user/get";
    private static final Answer USER_FOUND = json("{\"errcode\":0,\"result\":{\"userid\":\"u\"}}");
    private static final String BY_MOBILE = "/topapi/v2/user/getbymobile";

    private final Fixture fixture = new Fixture().signedIn(PlatformKind.DINGTALK);
    private final ChatPlatform dingTalk = fixture.client(PlatformKind.DINGTALK);
    private final App app = fixture.app(PlatformKind.DINGTALK);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void roomOfThreeKnownPeopleCostsOneTokenOneCreateOneMessage() {
        fixture.server
                .on(CREATE, json(createdBody(PlatformKind.DINGTALK)))
                .on(SEND, json("{\"errcode\":\"0\",\"success\":\"true\",\"open_msg_id\":\"m1\"}"));
        Room room = done(dingTalk.create(app, plan(3)));
        done(dingTalk.admit(app, room, users(3)));
        assertThat(done(dingTalk.post(app, room, briefing("Down", "All <@u1>"))))
                .isEqualTo(new Posted("m1"));
        assertThat(fixture.server.calls())
                .extracting(Call::path)
                .containsExactly("/v1.0/oauth2/accessToken", CREATE, SEND);
        assertThat(fixture.server.calls(CREATE).getFirst().body()).isEqualTo("""
                {"owner_user_id":"u0","template_id":"template","title":"INC-1 checkout down","user_ids":["u0","u1","u2"],"uuid":"key1"}""");
        var message = fixture.server.calls(SEND).getFirst().json();
        assertThat(message.path("robot_code").asString("")).isEqualTo("robot");
        assertThat(message.path("msg_template_id").asString("")).isEqualTo("inner_app_template_markdown");
        String markdown = new JsonMapper()
                .readTree(message.path("msg_param_map").asString(""))
                .path("markdown_content")
                .asString("");
        assertThat(markdown).contains("Chen Commander").doesNotContain("<@");
    }

    @Test
    void mailIsNoWayToFindAnybody() {
        fixture.server.on(
                BY_MOBILE,
                json("{\"errcode\":0,\"result\":{\"userid\":\"u1\"}}"),
                json("{\"errcode\":88,\"sub_code\":\"60121\",\"errmsg\":\"no\",\"request_id\":\"r\"}"));
        Roster roster = done(dingTalk.resolve(
                app,
                List.of(
                        person("a", null, "+8613800000000", null),
                        person("b", null, "13800000001", null),
                        person("c", null, null, "c@x.com"))));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("u1");
        assertThat(roster.missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.NOT_FOUND, Missing.Reason.NO_CONTACT);
        assertThat(roster.missing().getLast().detail()).contains("e-mail");
        assertThat(fixture.server.calls(BY_MOBILE)).hasSize(2);
    }

    @Test
    void numberThatDingTalkDoesNotTakeLeavesItsPersonMissingAndStopsNobodyElse() {
        fixture.server.on(BY_MOBILE, code(40104), code(400002), json("{\"errcode\":0,\"result\":{\"userid\":\"u1\"}}"));
        Roster roster = done(dingTalk.resolve(
                app,
                List.of(
                        person("a", null, "13800000000", null),
                        person("b", null, "13800000001", null),
                        person("c", null, "13800000002", null))));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("u1");
        assertThat(roster.missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.NOT_FOUND, Missing.Reason.REFUSED);
    }

    @Test
    void manyAreAddedAHundredACall() {
        fixture.server.on(ADD, json("{\"success\":true}"), json(400, "{\"code\":\"member.exceed\"}"));
        Admission admission = done(dingTalk.admit(app, new Room("cid1", "n", Set.of("u0")), users(151)));
        assertThat(admission.admitted()).hasSize(101);
        assertThat(admission.missing()).hasSize(50).allMatch(one -> one.reason() == Missing.Reason.ROOM_FULL);
        assertThat(fixture.server.calls(ADD))
                .extracting(call -> call.json().path("user_ids").size())
                .containsExactly(100, 50, 25, 12, 6, 3, 1);
    }

    @Test
    void newRoomThatSettlesIsTriedLaterAndAnOldOneIsNot() {
        fixture.server
                .on(CREATE, json(createdBody(PlatformKind.DINGTALK)))
                .on(SEND, json("{\"errcode\":660012,\"errmsg\":\"no template\"}"));
        Room room = done(dingTalk.create(app, plan(2)));
        assertThat(dingTalk.post(app, room, briefing("t", "d"))).isInstanceOf(Outcome.NotYet.class);
        fixture.clock.pass(Duration.ofMinutes(1));
        assertThat(why(dingTalk.post(app, room, briefing("t", "d"))).kind()).isEqualTo(Failure.Kind.MISCONFIGURED);
    }

    @Test
    void legacyAnswerWithoutCodeIsNoSuccess() {
        fixture.server.on(SEND, json("{\"success\":true}"));
        assertThat(dingTalk.post(app, new Room("cid1", "n", Set.of()), briefing("t", "d")))
                .isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void throttlingUnderForbiddenStatusIsTriedLater() {
        fixture.server.on(
                CREATE,
                json(403, "{\"Code\":\"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi\",\"RequestId\":\"r-1\"}"));
        Outcome<Room> outcome = dingTalk.create(app, plan(2));
        assertThat(outcome).isInstanceOf(Outcome.NotYet.class);
        assertThat(why(outcome).requestId()).isEqualTo("r-1");
    }

    @Test
    void usedUpQuotaAndMissingPermissionAreFinal() {
        fixture.server.on(
                CREATE,
                json(403, "{\"code\":\"Forbidden.AccessDenied.AccessTokenPermissionDenied\"}"),
                json(403, "{\"code\":\"Forbidden.AccessDenied.ApiCountLimitForOrg\"}"));
        assertThat(why(dingTalk.create(app, plan(2))).kind()).isEqualTo(Failure.Kind.MISCONFIGURED);
        assertThat(why(dingTalk.create(app, plan(2))).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
    }

    @Test
    void bannedAddressWaitsFiveMinutes() {
        fixture.server.on(CREATE, json("{\"status\":1111,\"wait\":5,\"source\":\"x5\",\"punish\":\"deny\"}"));
        assertThat(dingTalk.create(app, plan(2)))
                .isInstanceOfSatisfying(
                        Outcome.NotYet.class,
                        notYet -> assertThat(notYet.pause()).isEqualTo(Duration.ofMinutes(5)));
    }

    @Test
    void bannedAddressCallsForNobodyUntilTheBanIsOver() {
        fixture.server.on(
                CREATE,
                json("{\"status\":1111,\"wait\":5,\"source\":\"x5\",\"punish\":\"deny\"}"),
                json(createdBody(PlatformKind.DINGTALK)));
        assertThat(dingTalk.create(app, plan(2))).isInstanceOf(Outcome.NotYet.class);
        int before = fixture.server.calls().size();
        fixture.clock.pass(Duration.ofMinutes(2));
        App other = new App("other", PlatformKind.DINGTALK, 1, app.endpoint(), null, app.credentials());
        for (App banned : List.of(app, other)) {
            assertThat(dingTalk.create(banned, plan(2)))
                    .isInstanceOfSatisfying(
                            Outcome.NotYet.class,
                            notYet -> assertThat(notYet.pause()).isEqualTo(Duration.ofMinutes(3)));
        }
        assertThat(fixture.server.calls()).hasSize(before);
        fixture.clock.pass(Duration.ofMinutes(3));
        done(dingTalk.create(other, plan(2)));
    }

    @Test
    void addressThatMustBeAllowedIsNamedInBothFamilies() {
        fixture.server
                .on(
                        CREATE,
                        json(
                                403,
                                "{\"code\":\"Forbidden.AccessDenied.IpNotInWhiteList\",\"message\":\"ip 198.51.100.7 is not listed\"}"))
                .on(
                        SEND,
                        json(
                                "{\"errcode\":88,\"sub_code\":\"60020\",\"sub_msg\":\"request ip=198.51.100.8 not in whitelist,appKey=client\"}"));
        assertThat(why(dingTalk.create(app, plan(2))).words()).contains("198.51.100.7");
        assertThat(why(dingTalk.post(app, new Room("cid1", "n", Set.of()), briefing("t", "d")))
                        .words())
                .contains("198.51.100.8");
    }

    @Test
    void createThatSomebodyBeforeUsSentTellsOfNobodyInTheRoomAndEverybodyIsAddedOnceMore() {
        // Given
        fixture.server
                .on(CREATE, html(502), json(createdBody(PlatformKind.DINGTALK)))
                .on(ADD, json("{\"success\":true}"));
        assertThat(dingTalk.create(app, plan(2))).isInstanceOf(Outcome.Unknown.class);
        // When: another process, which found one person more.
        try (var restarted = fixture.morePlatforms()) {
            ChatPlatform next = Fixture.client(restarted, PlatformKind.DINGTALK);
            assertThat(done(next.lookUp(app, plan(3)))).isInstanceOf(Sighting.RepeatCreate.class);
            Room room = done(next.create(app, plan(3)));
            // Then
            assertThat(room.presentUserIds()).isEmpty();
            assertThat(done(next.admit(app, room, users(3))).admitted()).hasSize(3);
            assertThat(fixture.server.calls(ADD).getLast().json().path("user_ids"))
                    .hasSize(3);
        }
    }

    @Test
    void repeatOfWhatSomebodyBeforeUsSentTellsThatTheRoomMayBeThereWhenItIsRefused() {
        fixture.server
                .on(CREATE, json(400, "{\"code\":\"parameter.invalid\",\"message\":\"uuid was used\"}"))
                .on(USER, USER_FOUND);
        done(dingTalk.lookUp(app, plan(2)));
        assertThat(why(dingTalk.create(app, plan(2))).words()).contains("INC-1 checkout down", "nothing was posted");
    }

    @Test
    void lostCreateIsRepeatedToTheLetterAndWhoBecameKnownMeanwhileIsAddedBehindIt() {
        fixture.server.on(CREATE, html(502), json(createdBody(PlatformKind.DINGTALK)));
        assertThat(dingTalk.create(app, plan(2))).isInstanceOf(Outcome.Unknown.class);
        Room room = done(dingTalk.create(app, plan(3)));
        assertThat(fixture.server.calls(CREATE))
                .extracting(Call::body)
                .hasSize(2)
                .containsOnly(fixture.server.calls(CREATE).getFirst().body());
        assertThat(room.presentUserIds()).containsExactlyInAnyOrder("u0", "u1");
        done(dingTalk.create(app, plan(3)));
        assertThat(fixture.server.calls(CREATE).getLast().json().path("user_ids"))
                .hasSize(3);
    }

    @Test
    void repeatThatIsRefusedTellsThatTheRoomMayBeThere() {
        fixture.server
                .on(CREATE, html(502), json(400, "{\"code\":\"parameter.invalid\",\"message\":\"uuid was used\"}"))
                .on(USER, USER_FOUND);
        assertThat(dingTalk.create(app, plan(2))).isInstanceOf(Outcome.Unknown.class);
        Outcome<Room> repeated = dingTalk.create(app, plan(2));
        assertThat(repeated).isInstanceOf(Outcome.Refused.class);
        assertThat(why(repeated).words()).contains("INC-1 checkout down", "nothing was posted");
        assertThat(why(repeated).code()).isEqualTo("parameter.invalid");
    }

    @Test
    void lostCreateIsSimplySentAgain() {
        assertThat(done(dingTalk.lookUp(app, plan(2)))).isInstanceOf(Sighting.RepeatCreate.class);
        assertThat(fixture.server.calls()).isEmpty();
    }

    @Test
    void oneBadIdIsFoundByLookUpAndTheRoomIsMadeUnderTheSameUuidWithoutIt() {
        fixture.server
                .on(CREATE, json(400, "{\"code\":\"member.notFound\"}"), json(createdBody(PlatformKind.DINGTALK)))
                .on(USER, code(33012), USER_FOUND);
        Room room = done(dingTalk.create(app, plan(3)));
        assertThat(room.presentUserIds()).containsExactlyInAnyOrder("u1", "u2");
        Call second = fixture.server.calls(CREATE).getLast();
        assertThat(second.json().path("uuid").asString("")).isEqualTo("key1");
        assertThat(second.json().path("owner_user_id").asString("")).isEqualTo("u1");
        int before = fixture.server.calls().size();
        assertThat(done(dingTalk.admit(app, room, users(3))).missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.NOT_FOUND);
        assertThat(fixture.server.calls()).hasSize(before);
    }

    @Test
    void withoutTheRightToLookUpTheFoundPeopleGetTheirRoom() {
        fixture.server
                .on(
                        CREATE,
                        json(400, "{\"code\":\"permession.checkFailed\"}"),
                        json(createdBody(PlatformKind.DINGTALK)))
                .on(USER, json("{\"errcode\":88,\"sub_code\":\"60011\"}"));
        RoomUser found = new RoomUser(person("f", null, "13800000000", null), "f");
        var plan = new RoomPlan("key1", "m", "n", "u0", List.of(users(1).getFirst(), found));
        Room room = done(dingTalk.create(app, plan));
        assertThat(room.presentUserIds()).containsExactly("f");
        assertThat(done(dingTalk.admit(app, room, plan.users())).missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.LOOKUP_FAILED);
    }

    @Test
    void roomOfNobodyWhoCanBeUsedIsRefusedInWords() {
        fixture.server.on(CREATE, json(400, "{\"code\":\"member.notFound\"}")).on(USER, code(50002));
        Failure why = why(dingTalk.create(app, plan(2)));
        assertThat(why.kind()).isEqualTo(Failure.Kind.TOO_FEW_PEOPLE);
        assertThat(why.words()).contains("outside the app's contact range");
    }

    @Test
    void oneBadIdDoesNotKeepTheOthersOutWhenTheyAreAdded() {
        fixture.server
                .on(ADD, json(400, "{\"code\":\"member.notFound\"}"), json("{\"success\":true}"))
                .on(USER, USER_FOUND, code(33012));
        Admission admission = done(dingTalk.admit(app, new Room("cid1", "n", Set.of()), users(2)));
        assertThat(admission.admitted()).extracting(RoomUser::platformUserId).containsExactly("u0");
        assertThat(admission.missing()).extracting(Missing::reason).containsExactly(Missing.Reason.NOT_FOUND);
    }

    private static Answer code(int code) {
        return json("{\"errcode\":" + code + ",\"errmsg\":\"no\"}");
    }

    @Test
    void changeWhoseAnswerDoesNotSayThatItSucceededIsUnknown() {
        fixture.server
                .on(ADD, json("{}"))
                .on("/v1.0/im/sceneGroup/update", json("{\"result\":{}}"))
                .on("/v1.0/im/chat/scenegroup/disband", json("{\"success\":null}"));
        Room room = new Room("cid1", "n", Set.of());
        assertThat(dingTalk.admit(app, room, users(2))).isInstanceOf(Outcome.Unknown.class);
        assertThat(dingTalk.rename(app, room, "solved")).isInstanceOf(Outcome.Unknown.class);
        assertThat(dingTalk.dissolve(app, room)).isInstanceOf(Outcome.Unknown.class);
        fixture.server.on(ADD, json("{\"success\":\"true\"}"));
        assertThat(done(dingTalk.admit(app, room, users(2))).admitted()).hasSize(2);
    }
}
