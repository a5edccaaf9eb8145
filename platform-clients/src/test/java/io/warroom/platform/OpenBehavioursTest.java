package io.warroom.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents leave open about rooms and secrets that no opening meets by itself. */
class OpenBehavioursTest {

    private final Simulated world = new Simulated();

    @AfterEach
    void close() {
        world.close();
    }

    private ChatPlatform client(PlatformKind kind) {
        ChatPlatform client = world.platforms.byKind().get(kind);
        if (client == null) {
            throw new AssertionError(kind);
        }
        return client;
    }

    private static RoomPlan plan() {
        return new RoomPlan("key1", "acme INC-1", "INC-1 down", "u1", List.of(user("u1"), user("u2")));
    }

    private static RoomUser user(String id) {
        return new RoomUser(Fixture.person(id, id, null, null), id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CODE_10014_IN_200", "CODE_10014_IN_400", "CODE_10015_IN_200", "CODE_10015_IN_400"})
    void wrongLarkSecretIsRejectedAndNotShownAgainInWhateverShapeLarkSaysSo(String shape) {
        world.switches(PlatformKind.LARK, "{\"wrongSecret\":\"" + shape + "\"}");
        App app = world.app(new Credentials.Lark("cli_1", Secret.of("of last year")), "u1");
        ChatPlatform lark = client(PlatformKind.LARK);
        assertThat(lark.create(app, plan())).isInstanceOf(Outcome.KeyRejected.class);
        assertThat(lark.create(app, plan())).isInstanceOf(Outcome.KeyRejected.class);
        assertThat(world.calls(PlatformKind.LARK, Simulated.tokenEndpoint(PlatformKind.LARK)))
                .isEqualTo(1);
    }

    @Test
    void wrongLarkSecretThatLooksLikeAFailureInsideIsWaitedForAndNeverCalledRejected() {
        world.switches(PlatformKind.LARK, "{\"wrongSecret\":\"CODE_2200_IN_200\"}");
        App app = world.app(new Credentials.Lark("cli_1", Secret.of("of last year")), "u1");
        Outcome<Room> made = client(PlatformKind.LARK).create(app, plan());
        assertThat(made).isInstanceOf(Outcome.NotYet.class);
        assertThat(Fixture.why(made).code()).isEqualTo("2200");
        assertThat(world.rooms(PlatformKind.LARK)).isEmpty();
    }

    /** The worker keeps to its memory, as no call may come before the period ends or the key changes; the admin's check asks anew. */
    @ParameterizedTest
    @EnumSource(names = {"DINGTALK", "LARK"})
    void upgradedPlanIsSeenByACheckAtOnceAndUsedFromTheNextRevisionOn(PlatformKind kind) {
        // Given
        boolean lark = kind == PlatformKind.LARK;
        String create = lark ? "im/v1/chats" : "v1.0/im/sceneGroup/create";
        world.faults("""
                {"platform":"%s","endpoint":"%s","kind":"REFUSED","code":"%s"}""".formatted(kind, create, lark ? "99991403" : "Forbidden.AccessDenied.ApiCountLimitForOrg"));
        App app = world.app(kind);
        assertThat(Fixture.why(client(kind).create(app, plan())).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
        // When: calls were bought, which no answer tells.
        Outcome<Room> sameRevision = client(kind).create(app, plan());
        List<AppFinding> found = world.check(app, AppCheck.Depth.READ_ONLY);
        Outcome<Room> afterTheCheck = client(kind).create(app, plan());
        App saved = new App("acme", kind, 2, app.endpoint(), app.defaultOwner(), app.credentials());
        Outcome<Room> nextRevision = client(kind).create(saved, plan());
        // Then
        assertThat(Fixture.why(sameRevision).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
        assertThat(found).extracting(AppFinding::severity).doesNotContain(AppFinding.Severity.ERROR);
        assertThat(found).extracting(AppFinding::code).doesNotContain(AppFinding.Code.QUOTA_EXHAUSTED);
        assertThat(Fixture.why(afterTheCheck).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
        assertThat(world.calls(kind, create)).isEqualTo(2);
        assertThat(Fixture.done(nextRevision)).isNotNull();
        assertThat(world.send("GET", "/violations?offence=CALL_AFTER_QUOTA", "")
                        .path("total")
                        .asInt())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAKEN", "FREE"})
    void weComIdOfADissolvedGroupNeedsTheNextOneOrServesAgain(String position) {
        App app = world.app(PlatformKind.WECOM);
        ChatPlatform weCom = client(PlatformKind.WECOM);
        Fixture.done(weCom.create(app, plan()));
        world.send("POST", "/tenants/acme/WECOM/dissolve", "{\"roomId\":\"key1\"}");
        world.switches(PlatformKind.WECOM, "{\"dissolvedChat\":\"" + position + "\"}");
        Outcome<Room> again = weCom.create(app, plan());
        if (position.equals("TAKEN")) {
            assertThat(Fixture.why(again).kind()).isEqualTo(Failure.Kind.ROOM_GONE);
        } else {
            assertThat(Fixture.done(again).id()).isEqualTo("key1");
        }
    }

    @Test
    void weComIdOfAnotherAppsGroupIsForeignAndNeedsTheNextOne() {
        world.switches(PlatformKind.WECOM, "{\"foreignChats\":[\"key1\"]}");
        App app = world.app(PlatformKind.WECOM);
        ChatPlatform weCom = client(PlatformKind.WECOM);
        assertThat(Fixture.why(weCom.create(app, plan())).kind()).isEqualTo(Failure.Kind.ROOM_GONE);
        assertThat(Fixture.done(weCom.lookUp(app, plan()))).isInstanceOf(Sighting.Foreign.class);
    }
}
