package io.warroom.platform.lark;

import static io.warroom.platform.Fixture.briefing;
import static io.warroom.platform.Fixture.createdBody;
import static io.warroom.platform.Fixture.done;
import static io.warroom.platform.Fixture.person;
import static io.warroom.platform.Fixture.plan;
import static io.warroom.platform.Fixture.users;
import static io.warroom.platform.Fixture.why;
import static io.warroom.platform.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Fixture;
import io.warroom.platform.Missing;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Posted;
import io.warroom.platform.Room;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.ScriptedServer;
import io.warroom.platform.ScriptedServer.Answer;
import io.warroom.platform.ScriptedServer.Call;
import io.warroom.platform.Sighting;
import io.warroom.platform.text.Cut;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LarkPlatformTest {

    private static final String CREATE = "/open-apis/im/v1/chats";
    private static final String SEARCH = "/open-apis/im/v1/chats/search";
    private static final String MEMBERS = "/open-apis/im/v1/chats/oc_1/members";
    private static final String SEND = "/open-apis/im/v1/messages";
    private static final String WHO = "/open-apis/contact/v3/users/batch_get_id";
    private static final Answer SENT = json("{\"code\":0,\"data\":{\"message_id\":\"om_1\"}}");

    private final Fixture fixture = new Fixture().signedIn(PlatformKind.LARK);
    private final ChatPlatform lark = fixture.client(PlatformKind.LARK);
    private final App app = fixture.app(PlatformKind.LARK);
    private final Room room = new Room("oc_1", "n", Set.of());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void roomOfThreeCostsOneTokenOneCreateOneAddingOneMessage() {
        fixture.server
                .on(CREATE, json(createdBody(PlatformKind.LARK)))
                .on(MEMBERS, json("{\"code\":0,\"data\":{}}"))
                .on(SEND, SENT);
        Room created = done(lark.create(app, plan(3)));
        assertThat(created.presentUserIds()).isEmpty();
        assertThat(done(lark.admit(app, created, users(3))).admitted()).hasSize(3);
        assertThat(done(lark.post(app, created, briefing("Down", "All")))).isEqualTo(new Posted("om_1"));
        assertThat(fixture.server.calls())
                .extracting(Call::path)
                .containsExactly(Fixture.tokenPath(PlatformKind.LARK), CREATE, MEMBERS, SEND);
        Call create = fixture.server.calls(CREATE).getFirst();
        assertThat(create.query()).isEqualTo("user_id_type=open_id&set_bot_manager=true&uuid=key1");
        assertThat(create.body()).isEqualTo("{\"description\":\"acme INC-1 key1\",\"name\":\"INC-1 checkout down\"}");
        assertThat(create.headers()).containsEntry("Authorization", "Bearer " + Fixture.TOKEN);
    }

    @Test
    void mobilesAndMailsAreAskedInOneCall() {
        fixture.server.on(WHO, json("""
                {"code":0,"data":{"user_list":[{"user_id":"ou_a","email":"A@x.com"},
                 {"user_id":"ou_b","mobile":"13800000000"},{"email":"nobody@x.com"}]}}"""));
        Roster roster = done(lark.resolve(
                app,
                List.of(
                        person("a", null, null, "a@x.com"),
                        person("b", null, "+8613800000000", null),
                        person("c", null, null, "nobody@x.com"))));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("ou_a", "ou_b");
        assertThat(roster.missing()).extracting(Missing::reason).containsExactly(Missing.Reason.NOT_FOUND);
        assertThat(fixture.server.calls(WHO)).hasSize(1);
    }

    @Test
    void contactThatLarkDoesNotTakeIsFoundByHalvingAndStopsNobodyElse() {
        Answer refused = json(400, "{\"code\":99992402,\"msg\":\"field validation failed\"}");
        fixture.server.on(
                WHO,
                refused,
                json("{\"code\":0,\"data\":{\"user_list\":[{\"user_id\":\"ou_a\",\"mobile\":\"+8613800000000\"}]}}"),
                refused,
                refused,
                json("{\"code\":0,\"data\":{\"user_list\":[{\"user_id\":\"ou_c\",\"email\":\"c@x.com\"}]}}"));
        Roster roster = done(lark.resolve(
                app,
                List.of(
                        person("a", null, "+8613800000000", null),
                        person("b", null, null, "b@x.com"),
                        person("c", null, null, "c@x.com"))));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("ou_a", "ou_c");
        assertThat(roster.missing()).extracting(Missing::reason).containsExactly(Missing.Reason.REFUSED);
        assertThat(fixture.server.calls(WHO)).hasSize(5);
    }

    @Test
    void atMostFiftyAreAskedAndAddedACall() {
        fixture.server
                .on(WHO, json("{\"code\":0,\"data\":{\"user_list\":[]}}"))
                .on(MEMBERS, json("{\"code\":0,\"data\":{}}"));
        List<Person> people = new ArrayList<>();
        for (int i = 0; i < 51; i++) {
            people.add(person("p" + i, null, null, "p" + i + "@x.com"));
        }
        done(lark.resolve(app, people));
        done(lark.admit(app, room, users(120)));
        assertThat(fixture.server.calls(WHO)).hasSize(2);
        assertThat(fixture.server.calls(MEMBERS))
                .extracting(call -> call.json().path("id_list").size())
                .containsExactly(50, 50, 20);
    }

    @Test
    void invalidPeopleAreNamedAndTheOthersAreIn() {
        fixture.server.on(MEMBERS, json("""
                {"code":0,"data":{"invalid_id_list":["u1"],"not_existed_id_list":["u2"],"pending_approval_id_list":["u3"]}}"""));
        Admission admission = done(lark.admit(app, room, users(5)));
        assertThat(admission.admitted()).extracting(RoomUser::platformUserId).containsExactly("u0", "u4");
        assertThat(admission.missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.OUT_OF_APP_RANGE, Missing.Reason.NOT_FOUND, Missing.Reason.REFUSED);
    }

    @Test
    void batchThatIsRefusedForItsPeopleDoesNotFailTheRoom() {
        fixture.server.on(MEMBERS, json(400, "{\"code\":232024,\"msg\":\"no\"}"));
        assertThat(done(lark.admit(app, room, users(2))).missing()).hasSize(2);
    }

    @Test
    void createInProgressIsSentAgainLater() {
        fixture.server.on(CREATE, json(400, "{\"code\":232068,\"msg\":\"being created\"}"));
        Outcome<Room> outcome = lark.create(app, plan(2));
        assertThat(outcome).isInstanceOf(Outcome.NotYet.class);
        assertThat(why(outcome).kind()).isEqualTo(Failure.Kind.IN_PROGRESS);
    }

    @Test
    void lostCreateIsLookedForByItsMarkerAndByItsNameAndElseSentAgain() {
        // Given
        String other = "{\"code\":0,\"data\":{\"items\":[{\"chat_id\":\"oc_7\",\"description\":\"acme INC-10\"}]}}";
        String ours =
                "{\"code\":0,\"data\":{\"items\":[{\"chat_id\":\"oc_9\",\"name\":\"ours\",\"description\":\"acme INC-1 key1\"}]}}";
        fixture.server.on(CREATE, json(other), json(other), json(ours)).on(SEARCH, json(other), json(ours));
        // When
        Sighting nowhere = done(lark.lookUp(app, plan(2)));
        Sighting byName = done(lark.lookUp(app, plan(2)));
        Sighting byMarker = done(lark.lookUp(app, plan(2)));
        // Then
        assertThat(nowhere).isInstanceOf(Sighting.RepeatCreate.class);
        assertThat(byName).isEqualTo(new Sighting.Found(new Room("oc_9", "ours", Set.of())));
        assertThat(byMarker).isEqualTo(byName);
        assertThat(fixture.server.calls(SEARCH))
                .hasSize(2)
                .allSatisfy(call -> assertThat(URLDecoder.decode(call.query(), StandardCharsets.UTF_8))
                        .contains("query=\"INC-1 checkout down\""));
    }

    @Test
    void lookUpOfALostCreateWaitsWhileTheListIsThrottled() {
        fixture.server.on(CREATE, json(429, "{\"code\":99991400,\"msg\":\"limit\"}"));
        assertThat(lark.lookUp(app, plan(2))).isInstanceOf(Outcome.NotYet.class);
    }

    @Test
    void throttledCallWaitsAsLongAsTheGatewaySays() {
        fixture.server.on(
                CREATE,
                new Answer(
                        429,
                        "application/json",
                        "{\"code\":99991400,\"msg\":\"limit\"}",
                        Map.of("x-ogw-ratelimit-reset", "7", "X-Tt-Logid", "log-1"),
                        ScriptedServer.Mode.WHOLE));
        assertThat(lark.create(app, plan(2))).isInstanceOfSatisfying(Outcome.NotYet.class, notYet -> {
            assertThat(notYet.pause()).isEqualTo(Duration.ofSeconds(7));
            assertThat(notYet.why().requestId()).isEqualTo("log-1");
        });
    }

    @Test
    void addressThatMustBeAllowedIsNamed() {
        fixture.server.on(
                CREATE, json(400, "{\"code\":99991401,\"msg\":\"ip 198.51.100.7 is denied by app setting\"}"));
        assertThat(why(lark.create(app, plan(2))).words()).contains("198.51.100.7");
    }

    @Test
    void quotaOfTheMonthIsNotThrottling() {
        fixture.server.on(CREATE, json(429, "{\"code\":99991403,\"msg\":\"quota\"}"));
        assertThat(why(lark.create(app, plan(2))).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
    }

    @Test
    void refusedCardIsSentAsTextUnderAnotherKey() {
        fixture.server.on(SEND, json(400, "{\"code\":230099,\"msg\":\"ErrCode: 11310\"}"), SENT);
        done(lark.post(app, room, briefing("Down", "<at user_id=\"all\"></at>")));
        List<Call> calls = fixture.server.calls(SEND);
        assertThat(calls)
                .extracting(call -> call.json().path("msg_type").asString(""))
                .containsExactly("interactive", "text");
        assertThat(calls)
                .extracting(call -> call.json().path("uuid").asString(""))
                .containsExactly("brief1", "brief1-text");
        assertThat(calls).noneMatch(call -> call.body().contains("<at"));
    }

    @Test
    void cardStaysBelowThirtyKilobytes() {
        fixture.server.on(SEND, SENT);
        done(lark.post(app, room, briefing("支付😀".repeat(200), "\"".repeat(40_000))));
        assertThat(Cut.bytes(fixture.server.calls(SEND).getFirst().body())).isLessThan(30_000);
    }

    @Test
    void idThatRefusesItsWholeListIsFoundByHalvingAndTheOthersAreIn() {
        Answer added = json("{\"code\":0,\"data\":{}}");
        Answer refused = json(400, "{\"code\":99992351,\"msg\":\"open_id does not exist\"}");
        fixture.server.on(MEMBERS, refused, added, refused, refused, added);
        Admission admission = done(lark.admit(app, room, users(4)));
        assertThat(fixture.server.calls(MEMBERS))
                .extracting(call -> call.json().path("id_list").toString())
                .containsExactly(
                        "[\"u0\",\"u1\",\"u2\",\"u3\"]", "[\"u0\",\"u1\"]", "[\"u2\",\"u3\"]", "[\"u2\"]", "[\"u3\"]");
        assertThat(admission.admitted()).extracting(RoomUser::platformUserId).containsExactly("u0", "u1", "u3");
        assertThat(admission.missing()).singleElement().satisfies(one -> {
            assertThat(one.person().personId()).isEqualTo("p2");
            assertThat(one.reason()).isEqualTo(Missing.Reason.NOT_FOUND);
        });
    }

    @Test
    void listWithNobodyUsableIsNotHalvedAndOneForAFullRoomIs() {
        fixture.server.on(MEMBERS, json(400, "{\"code\":232027}"), json(400, "{\"code\":232013}"));
        assertThat(done(lark.admit(app, room, users(4))).missing()).hasSize(4);
        assertThat(done(lark.admit(app, room, users(4))).missing())
                .extracting(Missing::reason)
                .containsOnly(Missing.Reason.ROOM_FULL);
        assertThat(fixture.server.calls(MEMBERS))
                .extracting(call -> call.json().path("id_list").size())
                .containsExactly(4, 4, 2, 1);
    }

    @Test
    void addingPeopleWhoAreInAlreadyCountsAsAdmittedAlsoWhereLarkRefusesIt() {
        fixture.server.on(
                MEMBERS,
                json(400, "{\"code\":232001,\"msg\":\"in already\"}"),
                json("""
                        {"code":0,"data":{"items":[{"member_id":"u0"}],"has_more":true,"page_token":"p 2"}}"""),
                json("""
                        {"code":0,"data":{"items":[{"member_id":"u2"}],"has_more":false,"page_token":""}}"""),
                json("{\"code\":0,\"data\":{}}"));
        Admission admission = done(lark.admit(app, room, users(3)));
        assertThat(admission.admitted())
                .extracting(RoomUser::platformUserId)
                .containsExactlyInAnyOrder("u0", "u1", "u2");
        assertThat(fixture.server.calls(MEMBERS))
                .extracting(Call::body)
                .containsExactly("{\"id_list\":[\"u0\",\"u1\",\"u2\"]}", "", "", "{\"id_list\":[\"u1\"]}");
        assertThat(fixture.server.calls(MEMBERS).get(2).query()).contains("page_token=p+2");
    }

    @Test
    void parameterThatLarkDoesNotTakeNamesTheOneItIsAbout() {
        Answer nobody = json("{\"code\":0,\"data\":{\"items\":[],\"has_more\":false}}");
        fixture.server.on(MEMBERS, json(400, "{\"code\":99992402}"), nobody);
        Admission admission = done(lark.admit(app, room, users(1)));
        assertThat(admission.missing()).extracting(Missing::reason).containsExactly(Missing.Reason.REFUSED);
    }

    @Test
    void repeatedUuidThatLarkRefusesIsTheRoomWithOurMarker() {
        fixture.server.on(CREATE, json(400, "{\"code\":232001,\"msg\":\"uuid was used\"}"), json("""
                        {"code":0,"data":{"items":[
                        {"name":"no id","description":"acme INC-1 key1","chat_status":"normal"},
                        {"chat_id":"oc_8","name":"old","description":"acme INC-1 key1","chat_status":"dissolved"},
                        {"chat_id":"oc_9","name":"ours","description":"acme INC-1 key1","chat_status":"normal"},
                        {"chat_id":"oc_7","name":"other","description":"acme INC-10","chat_status":"normal"}]}}"""));
        assertThat(done(lark.create(app, plan(2)))).isEqualTo(new Room("oc_9", "ours", Set.of()));
        assertThat(fixture.server.calls(CREATE)).hasSize(2);
    }

    @Test
    void refusedParameterStaysRefusedWhenNoRoomIsOursOrTheListMayNotBeRead() {
        Answer refused = json(400, "{\"code\":232001,\"msg\":\"bad\"}");
        fixture.server.on(
                CREATE,
                refused,
                json("{\"code\":0,\"data\":{\"items\":[]}}"),
                refused,
                json(400, "{\"code\":99991672,\"msg\":\"no scope\"}"));
        fixture.server.on(SEARCH, json("{\"code\":0,\"data\":{\"items\":[]}}"));
        assertThat(why(lark.create(app, plan(2))).code()).isEqualTo("232001");
        assertThat(why(lark.create(app, plan(2))).code()).isEqualTo("232001");
    }

    @Test
    void answerWithoutTheFieldThatSaysSuccessIsNone() {
        fixture.server.on(SEND, json("{\"code\":0,\"data\":{}}")).on(WHO, json("{\"code\":0,\"data\":{}}"));
        assertThat(lark.post(app, room, briefing("Down", "All"))).isInstanceOf(Outcome.Unknown.class);
        assertThat(lark.resolve(app, List.of(person("a", null, null, "a@x.com"))))
                .isInstanceOf(Outcome.NotYet.class);
    }
}
