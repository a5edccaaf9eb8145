package io.warroom.platform.wecom;

import static io.warroom.platform.Fixture.briefing;
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
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.platform.ScriptedServer.Answer;
import io.warroom.platform.ScriptedServer.Call;
import io.warroom.platform.Sighting;
import io.warroom.platform.text.Cut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WeComPlatformTest {

    private static final String CREATE = "/cgi-bin/appchat/create";
    private static final String USER = "/cgi-bin/user/get";
    private static final String GET = "/cgi-bin/appchat/get";
    private static final String UPDATE = "/cgi-bin/appchat/update";
    private static final Answer OK = json("{\"errcode\":0,\"errmsg\":\"ok\"}");

    private final Fixture fixture = new Fixture().signedIn(PlatformKind.WECOM);
    private final ChatPlatform weCom = fixture.client(PlatformKind.WECOM);
    private final App app = fixture.app(PlatformKind.WECOM);

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Answer code(int code) {
        return json("{\"errcode\":" + code + ",\"errmsg\":\"no\"}");
    }

    @Test
    void roomOfThreeKnownPeopleCostsOneTokenOneCreateOneMessage() {
        fixture.server.on("/cgi-bin/appchat/create", OK).on("/cgi-bin/appchat/send", OK);
        Room room = done(weCom.create(app, plan(3)));
        done(weCom.admit(app, room, users(3)));
        done(weCom.post(app, room, briefing("Down", "All of it")));
        assertThat(fixture.server.calls())
                .extracting(Call::path)
                .containsExactly("/cgi-bin/gettoken", "/cgi-bin/appchat/create", "/cgi-bin/appchat/send");
        assertThat(fixture.server.calls("/cgi-bin/appchat/create").getFirst().body())
                .isEqualTo("""
                        {"chatid":"key1","name":"INC-1 checkout down","owner":"u0","userlist":["u0","u1","u2"]}""");
        assertThat(room.presentUserIds()).containsExactlyInAnyOrder("u0", "u1", "u2");
    }

    @Test
    void peopleAreLookedUpByMobileThenByMailAndBothAnswersAreKept() {
        fixture.server
                .on("/cgi-bin/user/getuserid", json("{\"errcode\":0,\"userid\":\"zhang\"}"), code(46004))
                .on("/cgi-bin/user/get_userid_by_email", json("{\"errcode\":0,\"userid\":\"li\"}"), code(46004));
        var people = List.of(
                person("given", "wang", "+8613900000000", null),
                person("mobile", null, "+8613800000000", "zhang@x.com"),
                person("mail", null, "+85261234567", "li@x.com"),
                person("nobody", null, null, "nobody@x.com"),
                person("silent", null, "12", "no mail"));
        Roster roster = done(weCom.resolve(app, people));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("wang", "zhang", "li");
        assertThat(roster.missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.NOT_FOUND, Missing.Reason.NO_CONTACT);
        assertThat(fixture.server.calls("/cgi-bin/user/getuserid"))
                .extracting(Call::body)
                .containsExactly("{\"mobile\":\"13800000000\"}", "{\"mobile\":\"+85261234567\"}");
        assertThat(fixture.server.calls("/cgi-bin/user/get_userid_by_email"))
                .extracting(Call::body)
                .containsExactly(
                        "{\"email\":\"li@x.com\",\"email_type\":1}", "{\"email\":\"nobody@x.com\",\"email_type\":1}");

        int before = fixture.server.calls().size();
        assertThat(done(weCom.resolve(app, people))).isEqualTo(roster);
        assertThat(fixture.server.calls()).hasSize(before);
    }

    @Test
    void contactThatWeComDoesNotTakeLeavesItsPersonMissingAndStopsNobodyElse() {
        fixture.server
                .on("/cgi-bin/user/getuserid", code(40058), json("{\"errcode\":0,\"userid\":\"li\"}"))
                .on("/cgi-bin/user/get_userid_by_email", code(46004));
        Roster roster = done(weCom.resolve(
                app,
                List.of(
                        person("a", null, "13800000000", null),
                        person("b", null, "13800000001", null),
                        person("c", null, null, "\u0001@x.com"),
                        person("d", "z\u0007", null, null))));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("li");
        assertThat(roster.missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.REFUSED, Missing.Reason.NO_CONTACT, Missing.Reason.NOT_FOUND);
        assertThat(fixture.server.calls("/cgi-bin/user/get_userid_by_email")).isEmpty();
    }

    @Test
    void numberThatNobodyHasIsAskedForMoreAndMoreSeldomAndAtMostOnceADay() {
        fixture.server.on("/cgi-bin/user/getuserid", code(46004));
        var people = List.of(person("a", null, "13800000000", null));
        var minutesOfCalls = new ArrayList<Integer>();
        for (int minutes = 0; minutes < 4 * 24 * 60; minutes += 10) {
            int before = fixture.server.calls("/cgi-bin/user/getuserid").size();
            Roster roster = done(weCom.resolve(app, people));
            assertThat(roster.missing()).extracting(Missing::reason).containsExactly(Missing.Reason.NOT_FOUND);
            if (fixture.server.calls("/cgi-bin/user/getuserid").size() > before) {
                minutesOfCalls.add(minutes);
            }
            fixture.clock.pass(Duration.ofMinutes(10));
        }
        assertThat(minutesOfCalls).containsExactly(0, 10, 50, 210, 850, 850 + 1440, 850 + 2 * 1440, 850 + 3 * 1440);
    }

    @Test
    void whoIsFoundAfterAMissIsAskedForSoonWhenMissedAgain() {
        fixture.server.on(
                "/cgi-bin/user/getuserid",
                code(46004),
                code(46004),
                json("{\"errcode\":0,\"userid\":\"zhang\"}"),
                code(46004),
                json("{\"errcode\":0,\"userid\":\"zhang\"}"));
        var people = List.of(person("a", null, "13800000000", null));
        for (Duration pause : List.of(Duration.ofMinutes(10), Duration.ofMinutes(40), Duration.ofHours(12))) {
            done(weCom.resolve(app, people));
            fixture.clock.pass(pause);
        }
        assertThat(done(weCom.resolve(app, people)).found()).isEmpty();
        fixture.clock.pass(Duration.ofMinutes(10));
        assertThat(done(weCom.resolve(app, people)).found()).hasSize(1);
    }

    @Test
    void twoPeopleOfOneUserAreOneInTheRoom() {
        Roster roster =
                done(weCom.resolve(app, List.of(person("a", "Zhang", null, null), person("b", "zhang", null, null))));
        assertThat(roster.found()).extracting(RoomUser::platformUserId).containsExactly("Zhang");
        assertThat(roster.missing()).isEmpty();
    }

    @Test
    void blockedLookUpsDoNotStopTheRoom() {
        fixture.server.on("/cgi-bin/user/getuserid", code(45009));
        Roster roster = done(weCom.resolve(
                app, List.of(person("a", null, "13800000000", null), person("b", null, "13800000001", null))));
        assertThat(roster.missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.LOOKUP_FAILED, Missing.Reason.LOOKUP_FAILED);
        assertThat(fixture.server.calls("/cgi-bin/user/getuserid")).hasSize(1);
    }

    @Test
    void blockOfOurAddressMakesTheOpeningWaitAndNobodyMissing() {
        fixture.server.on("/cgi-bin/gettoken", code(45009));
        Outcome<Roster> outcome = weCom.resolve(app, List.of(person("a", null, "13800000000", null)));
        assertThat(outcome).isInstanceOf(Outcome.NotYet.class);
        assertThat(why(outcome).words()).contains("blocks our address");
        assertThat(fixture.server.calls()).hasSize(1);
    }

    @Test
    void answerThatNamesNobodyLeavesThePersonMissing() {
        fixture.server.on("/cgi-bin/user/getuserid", OK);
        Roster roster = done(weCom.resolve(app, List.of(person("a", null, "13800000000", null))));
        assertThat(roster.found()).isEmpty();
        assertThat(roster.missing()).extracting(Missing::reason).containsExactly(Missing.Reason.LOOKUP_FAILED);
    }

    @Test
    void roomOfOneIsRefusedWithoutCall() {
        var twins = new RoomPlan(
                "key1",
                "m",
                "n",
                "u0",
                List.of(users(1).getFirst(), new RoomUser(person("x", "U0", null, null), "U0")));
        for (RoomPlan plan : List.of(plan(1), twins)) {
            Outcome<Room> outcome = weCom.create(app, plan);
            assertThat(outcome).isInstanceOf(Outcome.Refused.class);
            assertThat(why(outcome).kind()).isEqualTo(Failure.Kind.TOO_FEW_PEOPLE);
        }
        assertThat(fixture.server.calls()).isEmpty();
    }

    @Test
    void takenIdIsOurRoomWhenItCanBeRead() {
        fixture.server.on("/cgi-bin/appchat/create", code(86215)).on("/cgi-bin/appchat/get", json("""
                        {"errcode":0,"chat_info":{"chatid":"key1","name":"N","owner":"u0","userlist":["u0","u7"]}}"""));
        assertThat(done(weCom.create(app, plan(2)))).isEqualTo(new Room("key1", "N", Set.of("u0", "u7")));
        assertThat(fixture.server.calls()).hasSize(3);
    }

    @Test
    void takenIdOfAnotherAppOrOfADissolvedRoomNeedsAnotherId() {
        fixture.server.on("/cgi-bin/appchat/create", code(86215)).on("/cgi-bin/appchat/get", code(86008), code(86001));
        assertThat(why(weCom.create(app, plan(2))).kind()).isEqualTo(Failure.Kind.ROOM_GONE);
        assertThat(why(weCom.create(app, plan(2))).kind()).isEqualTo(Failure.Kind.ROOM_GONE);
    }

    @Test
    void atMostFiveHundredAreAddedAChange() {
        fixture.server.on(UPDATE, OK);
        Admission admission = done(weCom.admit(app, new Room("key1", "INC-1", Set.of()), users(501)));
        assertThat(admission.admitted()).hasSize(501);
        assertThat(fixture.server.calls(UPDATE))
                .extracting(call -> call.json().path("add_user_list").size())
                .containsExactly(500, 1);
    }

    @Test
    void lookUpTellsFoundAbsentAndForeign() {
        fixture.server.on("/cgi-bin/appchat/get", code(86001), code(86003), code(40050), code(86008));
        for (int i = 0; i < 3; i++) {
            assertThat(done(weCom.lookUp(app, plan(2)))).isInstanceOf(Sighting.Absent.class);
        }
        assertThat(done(weCom.lookUp(app, plan(2)))).isInstanceOf(Sighting.Foreign.class);
    }

    @Test
    void busyCreateMayHaveActedAndIsLookedUp() {
        fixture.server.on("/cgi-bin/appchat/create", code(-1));
        assertThat(weCom.create(app, plan(2))).isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void minuteRuleIsWaitedOut() {
        fixture.server.on("/cgi-bin/appchat/create", code(45009));
        assertThat(weCom.create(app, plan(2)))
                .isInstanceOfSatisfying(
                        Outcome.NotYet.class,
                        notYet -> assertThat(notYet.pause()).isEqualTo(Duration.ofMinutes(1)));
    }

    @Test
    void addressThatMustBeAllowedIsNamed() {
        fixture.server.on(
                "/cgi-bin/appchat/create",
                json("{\"errcode\":60020,\"errmsg\":\"not allow, hint: [17-x], from ip: 198.51.100.7, more\"}"));
        Failure why = why(weCom.create(app, plan(2)));
        assertThat(why.words()).contains("198.51.100.7");
        assertThat(why.requestId()).isEqualTo("17-x");
    }

    @Test
    void onlyTheAbsentAreAddedInOneCall() {
        fixture.server.on("/cgi-bin/appchat/update", OK);
        Admission admission = done(weCom.admit(app, new Room("key1", "n", Set.of("U0")), users(3)));
        assertThat(admission.admitted()).hasSize(3);
        assertThat(fixture.server.calls("/cgi-bin/appchat/update"))
                .extracting(Call::body)
                .containsExactly("{\"add_user_list\":[\"u1\",\"u2\"],\"chatid\":\"key1\"}");
    }

    @Test
    void peopleWhomWeComRefusesAreNamed() {
        fixture.server
                .on(UPDATE, code(86216))
                .on(USER, OK)
                .on(GET, json("{\"errcode\":0,\"chat_info\":{\"userlist\":[\"u0\"]}}"));
        Admission admission = done(weCom.admit(app, new Room("key1", "n", Set.of("u0")), users(2)));
        assertThat(admission.admitted()).extracting(RoomUser::platformUserId).containsExactly("u0");
        assertThat(admission.missing()).hasSize(1);
    }

    @Test
    void whoIsInAlreadyIsReadWhenAllAreRefusedAndTheOthersAreAddedAlone() {
        fixture.server
                .on(UPDATE, code(86216), OK)
                .on(USER, OK)
                .on(GET, json("{\"errcode\":0,\"chat_info\":{\"userlist\":[\"U0\"]}}"));
        Admission admission = done(weCom.admit(app, new Room("key1", "n", Set.of()), users(2)));
        assertThat(admission.admitted()).extracting(RoomUser::platformUserId).containsExactly("u0", "u1");
        assertThat(admission.missing()).isEmpty();
        assertThat(fixture.server
                        .calls(UPDATE)
                        .getLast()
                        .json()
                        .path("add_user_list")
                        .toString())
                .isEqualTo("[\"u1\"]");
    }

    @Test
    void addingWaitsUntilItCanBeReadWhoIsIn() {
        fixture.server.on(UPDATE, code(86216)).on(USER, OK).on(GET, code(45009));
        assertThat(weCom.admit(app, new Room("key1", "n", Set.of()), users(2))).isInstanceOf(Outcome.NotYet.class);
    }

    @Test
    void longMessageKeepsCommanderAndLinkWithinTheBytes() {
        fixture.server.on("/cgi-bin/appchat/send", OK);
        done(weCom.post(app, new Room("key1", "n", Set.of()), briefing("支付失败😀".repeat(80), "数据库😀".repeat(900))));
        Call call = fixture.server.calls("/cgi-bin/appchat/send").getFirst();
        String text = call.json().path("markdown").path("content").asString("");
        assertThat(Cut.bytes(text)).isLessThanOrEqualTo(2048);
        assertThat(text)
                .contains("Chen Commander")
                .contains("[Dashboard](https://dash.example/d%281%29)")
                .doesNotContain("�")
                .doesNotContain("?");
    }

    @Test
    void nameIsCutBetweenCharacters() {
        fixture.server.on("/cgi-bin/appchat/create", OK);
        var plan = new RoomPlan("key1", "m", "😀".repeat(60), "u0", users(2));
        assertThat(done(weCom.create(app, plan)).name()).isEqualTo("😀".repeat(50));
    }

    private List<String> lookedUp() {
        return fixture.server.calls(USER).stream()
                .map(call -> call.query().replaceAll(".*userid=", ""))
                .toList();
    }

    @Test
    void oneBadIdIsFoundByLookUpAndTheRoomIsMadeUnderTheSameIdWithoutIt() {
        fixture.server.on(CREATE, code(86216), OK).on(USER, OK, code(60111), OK);
        Room room = done(weCom.create(app, plan(3)));
        assertThat(room).isEqualTo(new Room("key1", "INC-1 checkout down", Set.of("u0", "u2")));
        assertThat(fixture.server.calls(CREATE)).extracting(Call::body).last().isEqualTo("""
                        {"chatid":"key1","name":"INC-1 checkout down","owner":"u0","userlist":["u0","u2"]}""");
        assertThat(lookedUp()).containsExactly("u0", "u1", "u2");

        int before = fixture.server.calls().size();
        Admission admission = done(weCom.admit(app, room, List.of(users(2).getLast())));
        assertThat(admission.admitted()).isEmpty();
        assertThat(admission.missing()).singleElement().satisfies(one -> {
            assertThat(one.reason()).isEqualTo(Missing.Reason.NOT_FOUND);
            assertThat(one.detail()).contains("u1");
        });
        done(weCom.create(app, plan(3)));
        assertThat(fixture.server.calls()).hasSize(before + 1);
    }

    @Test
    void badIdIsTriedAgainWhenItsTimeIsOver() {
        fixture.server.on(CREATE, code(86007), OK).on(USER, OK, code(60111), OK);
        done(weCom.create(app, plan(3)));
        fixture.clock.pass(Duration.ofMinutes(11));
        assertThat(done(weCom.create(app, plan(3))).presentUserIds()).contains("u1");
    }

    @Test
    void ownerWhoIsBadIsFollowedByTheNext() {
        fixture.server.on(CREATE, code(86005), OK).on(USER, code(40003), OK);
        done(weCom.create(app, plan(3)));
        assertThat(fixture.server.calls(CREATE).getLast().json().path("owner").asString(""))
                .isEqualTo("u1");
    }

    @Test
    void idsThatWereFoundOnThePlatformAreSuspectedLast() {
        fixture.server.on(CREATE, code(60111), OK).on(USER, code(60011), code(60111));
        RoomUser found = new RoomUser(person("f", null, "13800000000", null), "f");
        var users = List.of(found, users(1).getFirst(), new RoomUser(person("g", null, null, "g@x.com"), "g"));
        Room room = done(weCom.create(app, new RoomPlan("key1", "m", "n", "f", users)));
        assertThat(lookedUp()).containsExactly("u0");
        assertThat(done(weCom.admit(app, room, users)).missing())
                .extracting(Missing::reason)
                .containsExactly(Missing.Reason.OUT_OF_APP_RANGE);
    }

    @Test
    void staleFoundIdIsSuspectedWhenTheGivenOnesAreGood() {
        fixture.server.on(CREATE, code(86216), OK).on(USER, OK, OK, code(60111));
        RoomUser left = new RoomUser(person("f", null, "13800000000", null), "left");
        var users = List.of(left, users(2).getFirst(), users(2).getLast());
        assertThat(done(weCom.create(app, new RoomPlan("key1", "m", "n", "left", users)))
                        .presentUserIds())
                .containsExactlyInAnyOrder("u0", "u1");
        assertThat(lookedUp()).containsExactly("u0", "u1", "left");
    }

    @Test
    void refusalThatNoLookUpExplainsStaysAndIsNotRepeated() {
        fixture.server.on(CREATE, code(60011)).on(USER, OK);
        assertThat(why(weCom.create(app, plan(2))).kind()).isEqualTo(Failure.Kind.MISCONFIGURED);
        assertThat(fixture.server.calls(CREATE)).hasSize(1);
    }

    @Test
    void tooFewGoodPeopleAreRefusedNamingTheBad() {
        fixture.server.on(CREATE, code(86216)).on(USER, OK, code(60111));
        Failure why = why(weCom.create(app, plan(2)));
        assertThat(why.kind()).isEqualTo(Failure.Kind.TOO_FEW_PEOPLE);
        assertThat(why.words()).contains("Name of p1");
        assertThat(fixture.server.calls(CREATE)).hasSize(1);
    }

    @Test
    void lookUpWithoutAnswerMakesTheCreateWaitAndNotFail() {
        fixture.server.on(CREATE, code(86216), OK).on(USER, OK, html(502), OK, code(60111));
        assertThat(weCom.create(app, plan(2))).isInstanceOf(Outcome.NotYet.class);
        assertThat(fixture.server.calls(CREATE)).hasSize(1);
    }

    @Test
    void oneBadIdDoesNotKeepTheOthersOutWhenTheyAreAdded() {
        fixture.server.on("/cgi-bin/appchat/update", code(86216), OK).on(USER, code(60111), OK);
        Admission admission = done(weCom.admit(app, new Room("key1", "n", Set.of("u0")), users(3)));
        assertThat(admission.admitted()).extracting(RoomUser::platformUserId).containsExactly("u0", "u2");
        assertThat(admission.missing())
                .extracting(one -> one.person().personId())
                .containsExactly("p1");
    }

    @Test
    void blockedAddressPausesSigningInForAllTenantsAndNobodyWithAToken() {
        App other = new App("other", PlatformKind.WECOM, 1, app.endpoint(), null, app.credentials());
        fixture.server.on(CREATE, OK);
        done(weCom.create(other, plan(2)));
        fixture.server.on("/cgi-bin/gettoken", code(45009));
        assertThat(weCom.create(app, plan(2))).isInstanceOf(Outcome.NotYet.class);
        fixture.clock.pass(Duration.ofMinutes(10));
        App third = new App("third", PlatformKind.WECOM, 1, app.endpoint(), null, app.credentials());
        for (App blocked : List.of(app, third)) {
            assertThat(weCom.create(blocked, plan(2)))
                    .isInstanceOfSatisfying(
                            Outcome.NotYet.class,
                            notYet -> assertThat(notYet.pause()).isEqualTo(Duration.ofMinutes(50)));
        }
        assertThat(fixture.server.calls("/cgi-bin/gettoken")).hasSize(2);
        done(weCom.create(other, plan(2)));

        fixture.signedIn(PlatformKind.WECOM);
        fixture.clock.pass(Duration.ofMinutes(50));
        done(weCom.create(third, plan(2)));
    }

    @Test
    void lookUpWhoseAnswerDescribesNoRoomIsMadeAgain() {
        fixture.server.on(GET, OK);
        assertThat(weCom.lookUp(app, plan(2))).isInstanceOf(Outcome.NotYet.class);
    }
}
