package io.warroom.platform;

import static io.warroom.platform.AppCheck.Depth.READ_ONLY;
import static io.warroom.platform.AppCheck.Depth.WITH_TEST_ROOM;
import static io.warroom.platform.Simulated.tokenEndpoint;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.warroom.platform.AppFinding.Code;
import io.warroom.platform.AppFinding.Severity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Every documented failure of the steps by which an app is checked, against the simulator. */
class AppCheckTest {

    private final Simulated world = new Simulated();

    @AfterEach
    void close() {
        world.close();
    }

    private static AppFinding only(List<AppFinding> findings, Code code) {
        assertThat(findings)
                .filteredOn(finding -> finding.code() == code)
                .as("%s in %s", code, findings)
                .hasSize(1);
        return findings.stream()
                .filter(finding -> finding.code() == code)
                .findFirst()
                .orElseThrow();
    }

    private static List<AppFinding> of(List<AppFinding> findings, Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .toList();
    }

    private static Credentials wrong(PlatformKind kind, String secret) {
        return switch (kind) {
            case WECOM -> new Credentials.WeCom("ww1", Secret.of(secret), Secret.of(Simulated.BOOK), 1000002);
            case DINGTALK -> new Credentials.DingTalk("ding1", Secret.of(secret), "template", "robot", 42);
            case LARK -> new Credentials.Lark("cli_1", Secret.of(secret));
        };
    }

    @ParameterizedTest
    @EnumSource
    void appThatIsSetUpAsDocumentedIsFoundSoundAndNothingIsMade(PlatformKind kind) {
        List<AppFinding> findings = world.check(world.app(kind), READ_ONLY);
        assertThat(of(findings, Severity.ERROR)).isEmpty();
        assertThat(of(findings, Severity.WARNING)).isEmpty();
        assertThat(of(findings, Severity.OK)).extracting(AppFinding::code).contains(Code.KEY_ACCEPTED);
        assertThat(world.rooms(kind)).isEmpty();
        assertThat(world.calls(kind, tokenEndpoint(kind))).isEqualTo(kind == PlatformKind.WECOM ? 2 : 1);
    }

    @Test
    void eachPlatformsStepsAreTaken() {
        assertThat(world.check(world.app(PlatformKind.WECOM), READ_ONLY))
                .extracting(AppFinding::code)
                .containsExactly(
                        Code.KEY_ACCEPTED,
                        Code.SERVICE_ID_CONFIRMED,
                        Code.APP_ENABLED,
                        Code.RANGE_SUFFICIENT,
                        Code.OWNER_FOUND,
                        Code.ADDRESS_BOOK_KEY_ACCEPTED,
                        Code.TEST_ROOM_NEEDED);
        assertThat(world.check(world.app(PlatformKind.DINGTALK), READ_ONLY))
                .extracting(AppFinding::code)
                .containsExactly(
                        Code.KEY_ACCEPTED,
                        Code.RANGE_SUFFICIENT,
                        Code.OWNER_FOUND,
                        Code.PERMISSIONS_GRANTED,
                        Code.SERVICE_ID_CONFIRMED,
                        Code.TEST_ROOM_NEEDED);
        assertThat(world.check(world.app(PlatformKind.LARK), READ_ONLY))
                .extracting(AppFinding::code)
                .containsExactly(Code.KEY_ACCEPTED, Code.BOT_READY, Code.PERMISSIONS_GRANTED, Code.APP_ENABLED);
    }

    @ParameterizedTest
    @EnumSource
    void refusedSecretIsShownToThePlatformOnceUntilTenMinutesLater(PlatformKind kind) {
        App app = world.app(wrong(kind, "no-such-key"), null);
        for (int i = 0; i < 3; i++) {
            List<AppFinding> findings = world.check(app, WITH_TEST_ROOM);
            assertThat(findings).hasSize(1);
            AppFinding refused = only(findings, Code.KEY_REJECTED);
            assertThat(refused.severity()).isEqualTo(Severity.ERROR);
            assertThat(refused.remedy()).contains("onsole");
            assertThat(refused.platformCode()).isNotBlank();
        }
        assertThat(world.calls(kind, tokenEndpoint(kind))).isEqualTo(1);

        only(world.check(world.app(kind), READ_ONLY), Code.KEY_ACCEPTED);
        long calls = world.calls(kind, tokenEndpoint(kind));
        world.clock.pass(Duration.ofMinutes(11));
        only(world.check(app, READ_ONLY), Code.KEY_REJECTED);
        assertThat(world.calls(kind, tokenEndpoint(kind))).isEqualTo(calls + 1);
    }

    @ParameterizedTest
    @EnumSource
    void oneTenantShowsThePlatformTwentyWrongSecretsAnHour(PlatformKind kind) {
        for (int i = 0; i < 20; i++) {
            only(world.check(world.app(wrong(kind, "wrong-" + i), null), READ_ONLY), Code.KEY_REJECTED);
        }
        List<AppFinding> findings = world.check(world.app(wrong(kind, "wrong-20"), null), READ_ONLY);
        assertThat(only(findings, Code.THROTTLED).severity()).isEqualTo(Severity.UNCHECKED);
        assertThat(world.calls(kind, tokenEndpoint(kind))).isEqualTo(20);

        world.clock.pass(Duration.ofHours(1));
        only(world.check(world.app(kind), READ_ONLY), Code.KEY_ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource
    void tokenThatIsTakenAwayInBetweenIsFetchedOnceMoreAndNoMore(PlatformKind kind) {
        String stale = switch (kind) {
            case WECOM -> "42001";
            case DINGTALK -> "40014";
            case LARK -> "99991663";
        };
        String step = switch (kind) {
            case WECOM -> "agent/get";
            case DINGTALK -> "auth/scopes";
            case LARK -> "bot/v3/info";
        };
        world.faults("""
                {"platform":"%s","endpoint":"%s","kind":"REFUSED","code":"%s"}""".formatted(kind, step, stale));
        assertThat(of(world.check(world.app(kind), READ_ONLY), Severity.ERROR)).isEmpty();
        assertThat(world.calls(kind, step)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void endpointThatNobodyAllowedIsAnErrorWithoutACall(PlatformKind kind) {
        App app = new App("acme", kind, 1, "http://127.0.0.1:1/x", null, Simulated.credentials(kind));
        AppFinding finding = only(world.check(app, READ_ONLY), Code.ENDPOINT_NOT_ALLOWED);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(world.called(kind)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "WECOM, gettoken",
        "WECOM, agent/get",
        "WECOM, user/get",
        "WECOM, user/list_id",
        "DINGTALK, v1.0/oauth2/accessToken",
        "DINGTALK, auth/scopes",
        "DINGTALK, topapi/v2/user/getbymobile",
        "DINGTALK, topapi/v2/user/get",
        "DINGTALK, v1.0/im/sceneGroups/query",
        "DINGTALK, v1.0/microApp/allInnerApps",
        "LARK, auth/v3/tenant_access_token/internal",
        "LARK, bot/v3/info",
        "LARK, application/v6/scopes",
        "LARK, application/v6/applications/me"
    })
    void platformThatIsAwayAtAnyStepIsNeverAnErrorAndIsNotAskedOn(PlatformKind kind, String step) {
        for (String fault : List.of("HTTP_502_HTML", "HTTP_500", "RESET_BEFORE", "WRONG_BODY", "THROTTLED")) {
            world.faults("""
                    {"platform":"%s","endpoint":"%s","kind":"%s","times":1000}""".formatted(kind, step, fault));
            List<AppFinding> findings = world.check(world.app(kind), READ_ONLY);
            assertThat(of(findings, Severity.ERROR)).as(fault).isEmpty();
            AppFinding away = only(findings, fault.equals("THROTTLED") ? Code.THROTTLED : Code.UNREACHABLE);
            assertThat(away.severity()).isEqualTo(Severity.UNCHECKED);
            assertThat(away.remedy()).contains("says nothing about the app");
            world.clock.pass(Duration.ofHours(2));
        }
        assertThat(world.calls(kind, step)).isBetween(5L, 6L);
    }

    @Test
    void platformThatIsSlowIsLeftWhenTheTimeIsUp() {
        AtomicLong calls = new AtomicLong();
        Clock slow = new Clock() {
            @Override
            public Instant instant() {
                return Instant.EPOCH.plusSeconds(10 * calls.incrementAndGet());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        try (ChatPlatforms clients = world.clients(slow)) {
            clients.checks().values().forEach(check -> {
                List<AppFinding> findings = check.check(world.app(check.kind()), READ_ONLY);
                assertThat(of(findings, Severity.ERROR)).isEmpty();
                assertThat(findings)
                        .as("%s", check.kind())
                        .extracting(AppFinding::code)
                        .contains(Code.OUT_OF_TIME);
            });
        }
    }

    /** Rows: endpoint, the code it refuses with, and what is found. */
    @ParameterizedTest
    @CsvSource({
        "gettoken, 40013, ERROR, KEY_REJECTED",
        "gettoken, 40001, ERROR, KEY_REJECTED",
        "gettoken, 40091, ERROR, KEY_REJECTED",
        "gettoken, 41002, ERROR, KEY_REJECTED",
        "gettoken, 41004, ERROR, KEY_REJECTED",
        "gettoken, 301007, ERROR, ORGANISATION_DISABLED",
        "gettoken, 50003, ERROR, APP_DISABLED",
        "gettoken, 123456, ERROR, REFUSED",
        "gettoken, 45009, UNCHECKED, THROTTLED",
        "gettoken, -1, UNCHECKED, UNREACHABLE",
        "agent/get, 301002, ERROR, SERVICE_ID_WRONG",
        "agent/get, 40056, ERROR, SERVICE_ID_WRONG",
        "agent/get, 60020, ERROR, ADDRESS_NOT_ALLOWED",
        "agent/get, 50003, ERROR, APP_DISABLED",
        "agent/get, 48006, ERROR, PERMISSION_MISSING",
        "agent/get, 48002, ERROR, PERMISSION_MISSING",
        "agent/get, 60011, ERROR, RANGE_TOO_SMALL",
        "agent/get, 60021, ERROR, RANGE_TOO_SMALL",
        "agent/get, 123456, WARNING, REFUSED",
        "user/get, 60111, WARNING, OWNER_NOT_USABLE",
        "user/get, 40003, WARNING, OWNER_NOT_USABLE",
        "user/get, 60011, WARNING, OWNER_NOT_USABLE",
        "user/list_id, 48002, ERROR, ADDRESS_BOOK_KEY_REJECTED",
        "user/list_id, 60020, WARNING, ADDRESS_NOT_ALLOWED"
    })
    void weComsRefusalsSayWhatToDo(String step, String code, Severity severity, Code found) {
        world.refuse(PlatformKind.WECOM, step, code);
        AppFinding finding = only(world.check(world.app(PlatformKind.WECOM), READ_ONLY), found);
        assertThat(finding.severity()).isEqualTo(severity);
        assertThat(finding.platformCode()).isEqualTo(code);
        assertThat(finding.requestId()).isNotBlank();
        assertThat(finding.words()).isNotBlank();
        assertThat(found == Code.REFUSED || finding.remedy() != null)
                .as("says what to do")
                .isTrue();
    }

    @Test
    void weComsSetUpIsReadFromItsAnswers() {
        world.switches(PlatformKind.WECOM, "{\"appState\":\"DISABLED\",\"rootVisible\":false}");
        List<AppFinding> findings = world.check(world.app(PlatformKind.WECOM), READ_ONLY);
        assertThat(of(findings, Severity.ERROR))
                .extracting(AppFinding::code)
                .contains(Code.APP_DISABLED, Code.RANGE_TOO_SMALL);

        App otherAgent =
                world.app(new Credentials.WeCom("ww1", Secret.of(Simulated.KEY), Secret.of(Simulated.BOOK), 7), null);
        only(world.check(otherAgent, READ_ONLY), Code.SERVICE_ID_WRONG);
    }

    @Test
    void weComsAddressIsFoundNotListedThoughTheTokenIsGiven() {
        world.switches(PlatformKind.WECOM, "{\"addressAllowed\":false}");
        List<AppFinding> findings = world.check(world.app(PlatformKind.WECOM), READ_ONLY);
        only(findings, Code.KEY_ACCEPTED);
        AppFinding error = of(findings, Severity.ERROR).getFirst();
        assertThat(error.code()).isEqualTo(Code.ADDRESS_NOT_ALLOWED);
        assertThat(error.words()).contains("127.0.0.1");
        assertThat(error.remedy()).contains("企业可信IP");
        assertThat(of(findings, Severity.WARNING))
                .as("the list of the contacts' secret is its own")
                .extracting(AppFinding::code)
                .containsExactly(Code.ADDRESS_NOT_ALLOWED);
    }

    @Test
    void weComsWrongAddressBookKeyIsNamedAndShownOnce() {
        App app = world.app(new Credentials.WeCom("ww1", Secret.of(Simulated.KEY), Secret.of("wrong"), 1000002), null);
        AppFinding refused = only(world.check(app, READ_ONLY), Code.ADDRESS_BOOK_KEY_REJECTED);
        assertThat(refused.severity()).isEqualTo(Severity.ERROR);
        assertThat(refused.remedy()).contains("通讯录同步");
        world.check(app, READ_ONLY);
        assertThat(world.calls(PlatformKind.WECOM, "gettoken"))
                .as("two good, one wrong")
                .isEqualTo(3);

        App swapped = world.app(
                new Credentials.WeCom("ww1", Secret.of(Simulated.BOOK), Secret.of(Simulated.KEY), 1000002), null);
        assertThat(of(world.check(swapped, READ_ONLY), Severity.ERROR))
                .as("the two secrets exchanged")
                .extracting(AppFinding::code)
                .contains(Code.PERMISSION_MISSING, Code.ADDRESS_BOOK_KEY_REJECTED);
    }

    @Test
    void weComsDefaultOwnerIsLookedFor() {
        for (String owner : List.of("nobody", "hidden")) {
            List<AppFinding> findings =
                    world.check(world.app(Simulated.credentials(PlatformKind.WECOM), owner), READ_ONLY);
            assertThat(only(findings, Code.OWNER_NOT_USABLE).severity())
                    .as(owner)
                    .isEqualTo(Severity.WARNING);
        }
    }

    @Test
    void weComNeverGetsATestRoomAsNobodyCouldDissolveIt() {
        List<AppFinding> findings = world.check(world.app(PlatformKind.WECOM), WITH_TEST_ROOM);
        assertThat(only(findings, Code.TEST_ROOM_NEEDED).words()).contains("No test room was made");
        assertThat(world.rooms(PlatformKind.WECOM)).isEmpty();
    }

    /** Rows: endpoint, the code it refuses with, and what is found. */
    @ParameterizedTest
    @CsvSource({
        "v1.0/oauth2/accessToken, invalidClientIdOrSecret, ERROR, KEY_REJECTED",
        "v1.0/oauth2/accessToken, invalid.client, ERROR, KEY_REJECTED",
        "v1.0/oauth2/accessToken, unauthorized.client, ERROR, KEY_REJECTED",
        "v1.0/oauth2/accessToken, unknownError, UNCHECKED, UNREACHABLE",
        "v1.0/oauth2/accessToken, Forbidden.AccessDenied.QpsLimitForApi, UNCHECKED, THROTTLED",
        "auth/scopes, 60020, ERROR, ADDRESS_NOT_ALLOWED",
        "auth/scopes, 50003, ERROR, APP_DISABLED",
        "auth/scopes, 50005, ERROR, ORGANISATION_DISABLED",
        "auth/scopes, 90018, UNCHECKED, THROTTLED",
        "auth/scopes, 90020, WARNING, QUOTA_EXHAUSTED",
        "auth/scopes, 22, ERROR, REFUSED",
        "topapi/v2/user/getbymobile, 60011, ERROR, PERMISSION_MISSING",
        "topapi/v2/user/get, 60011, WARNING, PERMISSION_MISSING",
        "topapi/v2/user/get, 33012, WARNING, OWNER_NOT_USABLE",
        "topapi/v2/user/get, 50002, WARNING, OWNER_NOT_USABLE",
        "v1.0/im/sceneGroups/query, Forbidden.AccessDenied.AccessTokenPermissionDenied, ERROR, PERMISSION_MISSING",
        "v1.0/im/sceneGroups/query, Forbidden.AccessDenied.IpNotInWhiteList, ERROR, ADDRESS_NOT_ALLOWED",
        "v1.0/im/sceneGroups/query, Forbidden.AccessDenied.ApiCountLimitForOrg, WARNING, QUOTA_EXHAUSTED"
    })
    void dingTalksRefusalsSayWhatToDo(String step, String code, Severity severity, Code found) {
        world.refuse(PlatformKind.DINGTALK, step, code);
        AppFinding finding = only(world.check(world.app(PlatformKind.DINGTALK), READ_ONLY), found);
        assertThat(finding.severity()).isEqualTo(severity);
        assertThat(finding.platformCode()).isEqualTo(code);
        assertThat(finding.requestId()).isNotBlank();
        assertThat(finding.remedy()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({"cidEncryptError", "paramIllegal", "invalid.openConversationId", "groupPermissionDenied"})
    void dingTalksComplaintAboutARoomOfNobodyShowsThatThePermissionIsThere(String code) {
        world.refuse(PlatformKind.DINGTALK, "v1.0/im/sceneGroups/query", code);
        only(world.check(world.app(PlatformKind.DINGTALK), READ_ONLY), Code.PERMISSIONS_GRANTED);
    }

    @Test
    void dingTalksMissingPermissionIsNamed() {
        world.switches(
                PlatformKind.DINGTALK, "{\"withheldScopes\":[\"qyapi_chat_manage\",\"qyapi_get_microapp_list\"]}");
        List<AppFinding> findings = world.check(world.app(PlatformKind.DINGTALK), READ_ONLY);
        assertThat(only(findings, Code.PERMISSION_MISSING).words()).contains("qyapi_chat_manage");
        assertThat(only(findings, Code.SERVICE_ID_NOT_CHECKED).severity()).isEqualTo(Severity.UNCHECKED);
    }

    @Test
    void dingTalksEmptyContactRangeAndForeignAgentIdAreErrors() {
        world.switches(PlatformKind.DINGTALK, "{\"rootVisible\":false}");
        only(world.check(world.app(PlatformKind.DINGTALK), READ_ONLY), Code.RANGE_SUFFICIENT);
        App otherAgent =
                world.app(new Credentials.DingTalk("ding1", Secret.of(Simulated.KEY), "template", "robot", 7), null);
        assertThat(only(world.check(otherAgent, READ_ONLY), Code.SERVICE_ID_WRONG)
                        .severity())
                .isEqualTo(Severity.ERROR);
    }

    @Test
    void dingTalksTestRoomIsMadeWrittenIntoAndDissolved() {
        world.switches(PlatformKind.DINGTALK, "{\"settlingSeconds\":0}");
        List<AppFinding> findings = world.check(world.app(PlatformKind.DINGTALK), WITH_TEST_ROOM);
        only(findings, Code.TEST_ROOM_OPENED);
        assertThat(of(findings, Severity.UNCHECKED)).isEmpty();
        JsonNode room = world.rooms(PlatformKind.DINGTALK).getFirst();
        assertThat(world.rooms(PlatformKind.DINGTALK)).hasSize(1);
        assertThat(room.path("dissolved").asBoolean()).isTrue();
        assertThat(room.path("messages").size()).isEqualTo(1);
        assertThat(room.path("members").size()).isEqualTo(1);
    }

    @Test
    void dingTalksTestRoomNeedsAnOwner() {
        App app = world.app(Simulated.credentials(PlatformKind.DINGTALK), null);
        assertThat(only(world.check(app, WITH_TEST_ROOM), Code.TEST_ROOM_NEEDED).remedy())
                .contains("defaultOwner");
        assertThat(world.rooms(PlatformKind.DINGTALK)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"other, robot, TEMPLATE_UNUSABLE, 0", "template, other, ROBOT_UNUSABLE, 1"})
    void dingTalksWrongTemplateOrRobotShowsInTheTestRoomWhichIsDissolved(
            String template, String robot, Code found, int rooms) {
        App app = world.app(new Credentials.DingTalk("ding1", Secret.of(Simulated.KEY), template, robot, 42), "u1");
        // The client waits for a new room to settle: the simulator's answer for a robot that is not there is the same.
        List<AppFinding> findings = world.check(app, WITH_TEST_ROOM);
        assertThat(only(findings, found).severity()).isEqualTo(Severity.ERROR);
        assertThat(world.rooms(PlatformKind.DINGTALK))
                .hasSize(rooms)
                .allMatch(room -> room.path("dissolved").asBoolean());
        assertThat(findings).extracting(AppFinding::code).doesNotContain(Code.TEST_ROOM_OPENED);
    }

    @ParameterizedTest
    @CsvSource({
        "v1.0/im/sceneGroup/create, groupTemplate.permessionDenied.appNotInstalled, ERROR, TEMPLATE_UNUSABLE",
        "v1.0/im/sceneGroup/create, permession.checkFailed, ERROR, TEMPLATE_UNUSABLE",
        "v1.0/im/sceneGroup/create, member.notFound, WARNING, OWNER_NOT_USABLE",
        "v1.0/im/sceneGroups/templates/robots, robotDisabled, ERROR, ROBOT_UNUSABLE",
        "v1.0/im/sceneGroups/templates/robots, auth.failed, ERROR, ROBOT_UNUSABLE",
        "topapi/im/chat/scencegroup/message/send_v2, 660002, ERROR, ROBOT_UNUSABLE",
        "topapi/im/chat/scencegroup/message/send_v2, 60011, ERROR, PERMISSION_MISSING",
        "v1.0/im/chat/scenegroup/disband, system.error, WARNING, TEST_ROOM_LEFT"
    })
    void dingTalksRefusalsInTheTestRoomAreTold(String step, String code, Severity severity, Code found) {
        world.refuse(PlatformKind.DINGTALK, step, code);
        List<AppFinding> findings = world.check(world.app(PlatformKind.DINGTALK), WITH_TEST_ROOM);
        assertThat(only(findings, found).severity()).isEqualTo(severity);
        boolean left = found == Code.TEST_ROOM_LEFT;
        assertThat(world.rooms(PlatformKind.DINGTALK))
                .allMatch(room -> room.path("dissolved").asBoolean() != left);
    }

    @ParameterizedTest
    @CsvSource({"DINGTALK, v1.0/im/sceneGroup/create", "LARK, im/v1/chats"})
    void testRoomWhoseMakingWasNotAnsweredIsFoundAgainAndDissolved(PlatformKind kind, String create) {
        world.faults("""
                {"platform":"%s","endpoint":"%s","kind":"RESET_AFTER"}""".formatted(kind, create));
        only(world.check(world.app(kind), WITH_TEST_ROOM), Code.TEST_ROOM_OPENED);
        assertThat(world.rooms(kind))
                .singleElement()
                .satisfies(
                        room -> assertThat(room.path("dissolved").asBoolean()).isTrue());

        world.clock.pass(Duration.ofMinutes(1));
        world.faults("""
                {"platform":"%s","endpoint":"%s","kind":"RESET_AFTER","times":2}""".formatted(kind, create));
        List<AppFinding> findings = world.check(world.app(kind), WITH_TEST_ROOM);
        assertThat(findings).extracting(AppFinding::code).contains(Code.TEST_ROOM_LEFT, Code.UNREACHABLE);
    }

    /** Rows: endpoint, the code it refuses with, and what is found. */
    @ParameterizedTest
    @CsvSource({
        "auth/v3/tenant_access_token/internal, 10003, ERROR, KEY_REJECTED",
        "auth/v3/tenant_access_token/internal, 10014, ERROR, KEY_REJECTED",
        "auth/v3/tenant_access_token/internal, 10015, ERROR, KEY_REJECTED",
        "auth/v3/tenant_access_token/internal, 10012, ERROR, APP_DISABLED",
        "auth/v3/tenant_access_token/internal, 2200, UNCHECKED, UNREACHABLE",
        "bot/v3/info, 99991401, ERROR, ADDRESS_NOT_ALLOWED",
        "bot/v3/info, 11205, ERROR, BOT_NOT_READY",
        "bot/v3/info, 11240, ERROR, BOT_NOT_READY",
        "bot/v3/info, 99991662, ERROR, APP_DISABLED",
        "bot/v3/info, 99991400, UNCHECKED, THROTTLED",
        "bot/v3/info, 99991403, WARNING, QUOTA_EXHAUSTED",
        "application/v6/scopes, 212100, ERROR, APP_DISABLED"
    })
    void larksRefusalsSayWhatToDo(String step, String code, Severity severity, Code found) {
        world.refuse(PlatformKind.LARK, step, code);
        AppFinding finding = only(world.check(world.app(PlatformKind.LARK), READ_ONLY), found);
        assertThat(finding.severity()).isEqualTo(severity);
        assertThat(finding.platformCode()).isEqualTo(code);
        assertThat(finding.remedy()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_INSTALLED, ERROR",
        "DISABLED, ERROR",
        "NOT_ENABLED, ERROR",
        "UPGRADE_PENDING, WARNING",
        "LICENCE_EXPIRED, ERROR",
        "PLAN_LAPSED, ERROR"
    })
    void everyStateOfLarksBotIsTold(String state, Severity severity) {
        world.switches(PlatformKind.LARK, "{\"appState\":\"" + state + "\"}");
        AppFinding finding = only(world.check(world.app(PlatformKind.LARK), READ_ONLY), Code.BOT_NOT_READY);
        assertThat(finding.severity()).isEqualTo(severity);
        assertThat(finding.remedy()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "im:chat:create, ERROR",
        "im:chat.members:write_only, ERROR",
        "im:message:send_as_bot, ERROR",
        "contact:user.id:readonly, ERROR",
        "im:chat:read, WARNING",
        "im:chat.members:read, WARNING"
    })
    void larksMissingScopeIsNamedWithWhatItIsFor(String scope, Severity severity) {
        world.switches(PlatformKind.LARK, "{\"withheldScopes\":[\"" + scope + "\"]}");
        AppFinding finding = only(world.check(world.app(PlatformKind.LARK), READ_ONLY), Code.PERMISSION_MISSING);
        assertThat(finding.severity()).isEqualTo(severity);
        assertThat(finding.words()).contains(scope);
        assertThat(finding.remedy()).contains(scope, "publish");
    }

    @Test
    void larksTestRoomIsMadeFilledWrittenIntoAndDissolved() {
        List<AppFinding> findings = world.check(world.app(PlatformKind.LARK), WITH_TEST_ROOM);
        only(findings, Code.OWNER_FOUND);
        only(findings, Code.TEST_ROOM_OPENED);
        assertThat(world.rooms(PlatformKind.LARK)).singleElement().satisfies(room -> {
            assertThat(room.path("dissolved").asBoolean()).isTrue();
            assertThat(room.path("messages").size()).isEqualTo(1);
            assertThat(room.path("members").size()).isEqualTo(1);
        });
    }

    @Test
    void larksTestRoomIsNotMadeWhenItCouldNotBeDissolved() {
        world.switches(PlatformKind.LARK, "{\"withheldScopes\":[\"im:chat:delete\"]}");
        assertThat(only(world.check(world.app(PlatformKind.LARK), WITH_TEST_ROOM), Code.TEST_ROOM_NEEDED)
                        .words())
                .contains("im:chat:delete");
        assertThat(world.rooms(PlatformKind.LARK)).isEmpty();
    }

    @Test
    void larksUnusableOwnerShowsInTheTestRoom() {
        for (String owner : List.of("nobody", "hidden")) {
            App app = world.app(Simulated.credentials(PlatformKind.LARK), owner);
            only(world.check(app, WITH_TEST_ROOM), Code.OWNER_NOT_USABLE);
            world.clock.pass(Duration.ofMinutes(1));
        }
        assertThat(world.rooms(PlatformKind.LARK))
                .hasSize(2)
                .allMatch(room -> room.path("dissolved").asBoolean());
    }

    @ParameterizedTest
    @CsvSource({
        "im/v1/chats, 232025, ERROR, BOT_NOT_READY",
        "im/v1/messages, 230027, ERROR, PERMISSION_MISSING",
        "DELETE im/v1/chats/:chat_id, 232017, WARNING, TEST_ROOM_LEFT"
    })
    void larksRefusalsInTheTestRoomAreTold(String step, String code, Severity severity, Code found) {
        world.refuse(PlatformKind.LARK, step, code);
        List<AppFinding> findings = world.check(world.app(PlatformKind.LARK), WITH_TEST_ROOM);
        assertThat(only(findings, found).severity()).isEqualTo(severity);
        boolean left = found == Code.TEST_ROOM_LEFT;
        assertThat(world.rooms(PlatformKind.LARK))
                .allMatch(room -> room.path("dissolved").asBoolean() != left);
    }

    @ParameterizedTest
    @EnumSource
    void noSecretShowsInAFindingOrALogWithEveryLoggerOn(PlatformKind kind) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        root.addAppender(logged);
        Level before = root.getLevel();
        root.setLevel(Level.TRACE);
        try {
            List<Object> seen = new ArrayList<>(world.check(world.app(kind), WITH_TEST_ROOM));
            seen.addAll(world.check(world.app(wrong(kind, "wr0ng-of-acme"), null), READ_ONLY));
            seen.addAll(world.check(world.app(wrong(kind, "wr0ng-of-acme"), null), READ_ONLY));
            logged.stop();
            // The simulator is in this process, too: its server prints what it received.
            logged.list.stream()
                    .filter(event -> !event.getLoggerName().startsWith("org.eclipse.jetty"))
                    .forEach(event -> seen.add(event.getFormattedMessage() + event.getKeyValuePairs()));
            assertThat(logged.list).anyMatch(event -> event.getLoggerName().startsWith("org.apache.hc"));
            assertThat(seen.toString()).doesNotContain(Simulated.KEY, Simulated.BOOK, "wr0ng-of-acme");
        } finally {
            root.setLevel(before);
            root.detachAppender(logged);
        }
    }
}
