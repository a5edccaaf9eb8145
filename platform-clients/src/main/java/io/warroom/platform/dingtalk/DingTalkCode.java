package io.warroom.platform.dingtalk;

import io.warroom.platform.CodeRow;
import io.warroom.platform.Failure.Kind;
import io.warroom.platform.Missing;
import io.warroom.platform.http.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DingTalk's codes of both interfaces and what they mean for us (open.dingtalk.com/document/development, as of 2026-08-22;
 * the spellings are DingTalk's).
 */
@SuppressWarnings("ImmutableEnumChecker") // a verdict is a record of immutable values, and the list is a copy
enum DingTalkCode {
    TOKEN_STALE(
            refuse(
                    Kind.MISCONFIGURED,
                    "DingTalk refused a fresh access token. Check that the app is published and enabled."),
            "40014",
            "42001",
            "40001",
            "InvalidAuthentication"),
    KEY_WRONG(
            Verdict.rejectKey("DingTalk refused the client id or client secret. Enter the app's present ones."),
            "40096",
            "40089",
            "invalidClientIdOrSecret",
            "invalid.client",
            "unauthorized.client"),
    FAILED_INSIDE(
            Verdict.look("DingTalk failed inside; it may have acted or not."),
            "-1",
            "400001",
            "34015",
            "500",
            "system.error",
            "systemError",
            "systemInnerError",
            "unknownError",
            "unknown.send.result",
            "660026"),
    TOO_FAST(
            wait(1, "DingTalk allows no more calls at this moment."),
            "90018",
            "90002",
            "143103",
            "143104",
            "410100",
            "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi",
            "Forbidden.AccessDenied.QpsLimitForApi",
            "systemBusy",
            "system.busy",
            "send.too.fast",
            "send.byToken.tooFast",
            "qps.exceed.limit",
            "request.overlimit"),
    TOO_MANY_A_MINUTE(
            wait(60, "DingTalk allows no more calls in this minute."),
            "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi",
            "Forbidden.AccessDenied.QpmLimitForApi"),
    ADDRESS_BANNED(wait(300, "DingTalk blocks our address for five minutes."), "1111"),
    QUOTA_USED(
            refuse(
                    Kind.QUOTA_EXHAUSTED,
                    "The organisation's DingTalk calls of this month are used up, and none is made before the next one. After buying more,"
                            + " save the app's key again: no answer of DingTalk's tells that there are more."),
            "90020",
            "20001",
            "Forbidden.AccessDenied.ApiCountLimitForOrg"),
    ADDRESS_NOT_ALLOWED(
            refuse(Kind.MISCONFIGURED, "Our address is not on the app's IP list. Add it in the developer console."),
            "60020",
            "Forbidden.AccessDenied.IpNotInWhiteList"),
    PERMISSION_MISSING(
            refuse(
                    Kind.MISCONFIGURED,
                    "The app misses a permission. It needs qyapi_chat_manage, qyapi_get_member_by_mobile and qyapi_get_member."),
            "60011",
            "Forbidden.AccessDenied.AccessTokenPermissionDenied"),
    CHECK_FAILED(
            refuse(
                    Kind.MISCONFIGURED,
                    "The app may not use the group template, or the room's owner is outside the app's visible range."),
            "permession.checkFailed",
            "660036",
            "400020",
            "groupPermissionDenied",
            "invalidParam.sceneGroupPermissionDenied",
            "groupTemplatePermissionDenied"),
    TEMPLATE_ABSENT(
            refuse(
                    Kind.MISCONFIGURED,
                    "The group template is missing or offline. Check the group template id and publish it."),
            "665036",
            "groupTemplate.notFound",
            "template.not.existed",
            "template.stopped"),
    TEMPLATE_NOT_ALLOWED(
            refuse(
                    Kind.MISCONFIGURED,
                    "The organisation may not use this group template: install the app, or use the organisation's own template."),
            "660047",
            "660045",
            "660046",
            "groupTemplate.permessionDenied.orgNotInGrayList",
            "groupTemplate.permessionDenied.appNotInstalled",
            "groupTemplate.permessionDenied.orgNotConsistent"),
    ROBOT_UNUSABLE(
            refuse(
                    Kind.MISCONFIGURED,
                    "The robot cannot post in the room. Check the robot id and that the published template lists the robot."),
            "660012",
            "660014",
            "660016",
            "robotNotFound",
            "robotDisabled",
            "bot.stopped",
            "unavailable",
            "auth.failed",
            "660002",
            "invalidParameter.robotCode.empty",
            "invalidParameter.robotCode.auth",
            "invalidParameter.robotCode.invalid",
            "invalidParameter.robotCode.notExsit",
            "invalidParameter.robotCode.missing"),
    APP_DISABLED(refuse(Kind.MISCONFIGURED, "The app is disabled. An administrator must enable it."), "50003"),
    ORGANISATION_DISABLED(refuse(Kind.MISCONFIGURED, "The organisation is disabled on DingTalk."), "50005"),
    PATH_UNKNOWN(
            refuse(Kind.MISCONFIGURED, "The endpoint does not know this call. Check the app's endpoint."), "22", "404"),
    TOKEN_ABSENT(
            refuse(Kind.REFUSED, "DingTalk got no access token."), "40000", "AuthenticationFailed.MissingParameter"),
    TOO_MANY_GROUPS(refuse(Kind.REFUSED, "The organisation has as many groups as it may have."), "1002"),
    // Of calls that no room needs: sign-in, cards, work notifications, group robots.
    SIGN_IN_CODE_INVALID(refuse(Kind.REFUSED, "The sign-in code was used, or is none. Sign in again."), "40078"),
    CARD_EXISTS(refuse(Kind.REFUSED, "A card with this id exists already."), "param.cardAlreadyExist"),
    NOTIFICATION_REFUSED(
            refuse(
                    Kind.REFUSED,
                    "DingTalk does not deliver the notification: the day's number is reached, or its content was sent before or is forbidden."),
            "143105",
            "143106",
            "1430002"),
    AGENT_UNKNOWN(
            refuse(Kind.MISCONFIGURED, "The service id (agent id) is not this app's. Check it on the app's page."),
            "40056",
            "41011",
            "70003",
            "70004"),
    WEBHOOK_REFUSED(
            refuse(
                    Kind.MISCONFIGURED,
                    "The group robot is not known, stopped, or gone, or its keywords, signature or addresses do not fit. Make a new robot."),
            "310000",
            "400101",
            "300005",
            "400013",
            "400102",
            "400105",
            "400106",
            "43004"),
    WEBHOOK_BLOCKED(wait(600, "DingTalk blocks the group robot for ten minutes: it was too fast."), "130101"),
    USER_UNKNOWN(refuse(Kind.REFUSED, "Nobody in the organisation has it."), "60121", "33012"),
    MEMBER_UNKNOWN(
            refuse(Kind.REFUSED, "One of the people is not an employee of the organisation."),
            "660041",
            "member.notFound"),
    MOBILE_INVALID(refuse(Kind.REFUSED, "DingTalk does not take the form of the mobile number."), "40104"),
    OUT_OF_RANGE(refuse(Kind.REFUSED, "The person is outside the app's contact range."), "50002", "50004"),
    ROOM_FULL(refuse(Kind.REFUSED, "The room is full."), "665033", "member.exceed"),
    PARAMETER_INVALID(
            refuse(Kind.REFUSED, "DingTalk does not take a parameter."),
            "40035",
            "40036",
            "400002",
            "parameter.invalid",
            "paramIllegal",
            "paramBlank",
            "660001",
            "660022",
            "660027"),
    CONTENT_REFUSED(
            refuse(Kind.REFUSED, "DingTalk refuses the text of the message."),
            "contain.unsafe.url",
            "contain.notAllowed.text",
            "contain.notAllowed.picture",
            "contain.notAllowed.content",
            "430101",
            "430102",
            "430103",
            "430104",
            "invalidParameter.msgParam.invalid",
            "invalidParameter.msgParam.tooLong",
            "invalidParameter.msgKey.invalid",
            "660018",
            "660020",
            "660024",
            "660025"),
    ROOM_UNKNOWN(
            refuse(Kind.ROOM_GONE, "The room is not there."),
            "660015",
            "660023",
            "cidEncryptError",
            "invalidOpenConversationId",
            "invalid.openConversationId"),
    ROOM_DISSOLVED(refuse(Kind.ROOM_GONE, "The room was dissolved."), "groupDisbang", "group.disbanded");

    /** May be said while a new room settles (add-people-to-scene-group, 2026-05-13; the robot's codes by inference). */
    static final List<String> SETTLING =
            List.of("400020", "permession.checkFailed", "robotNotFound", "660012", "660014", "660015", "660016");

    private static final Map<String, DingTalkCode> BY_CODE = new HashMap<>();

    static {
        for (DingTalkCode row : values()) {
            row.codes.forEach(code -> BY_CODE.put(code, row));
        }
    }

    private final Verdict verdict;
    private final List<String> codes;

    DingTalkCode(Verdict verdict, String... codes) {
        this.verdict = verdict;
        this.codes = List.of(codes);
    }

    static @Nullable DingTalkCode of(@Nullable String code) {
        return code == null ? null : BY_CODE.get(code);
    }

    Verdict verdict() {
        return verdict;
    }

    /** For whoever shows a code of this row to people. */
    CodeRow row() {
        return new CodeRow(name(), verdict.words());
    }

    /** Whether a call may have been refused because one of its people is of no use; what one bad id comes to: not found. */
    static boolean mayMeanPeople(@Nullable String code) {
        DingTalkCode row = of(code);
        return row == USER_UNKNOWN
                || row == MEMBER_UNKNOWN
                || row == OUT_OF_RANGE
                || row == PARAMETER_INVALID
                // The owner outside the app's visible range has no code of its own.
                || "permession.checkFailed".equals(code);
    }

    /** Why a person is missing when the code speaks of people, else null. */
    static Missing.@Nullable Reason person(@Nullable String code) {
        DingTalkCode row = of(code);
        return switch (row) {
            case USER_UNKNOWN, MEMBER_UNKNOWN, MOBILE_INVALID -> Missing.Reason.NOT_FOUND;
            case OUT_OF_RANGE -> Missing.Reason.OUT_OF_APP_RANGE;
            case ROOM_FULL -> Missing.Reason.ROOM_FULL;
            case PARAMETER_INVALID -> Missing.Reason.REFUSED;
            case null -> null;
            case TOKEN_STALE,
                    KEY_WRONG,
                    FAILED_INSIDE,
                    TOO_FAST,
                    TOO_MANY_A_MINUTE,
                    ADDRESS_BANNED,
                    QUOTA_USED,
                    ADDRESS_NOT_ALLOWED,
                    PERMISSION_MISSING,
                    CHECK_FAILED,
                    TEMPLATE_ABSENT,
                    TEMPLATE_NOT_ALLOWED,
                    ROBOT_UNUSABLE,
                    APP_DISABLED,
                    ORGANISATION_DISABLED,
                    PATH_UNKNOWN,
                    TOKEN_ABSENT,
                    TOO_MANY_GROUPS,
                    SIGN_IN_CODE_INVALID,
                    CARD_EXISTS,
                    NOTIFICATION_REFUSED,
                    AGENT_UNKNOWN,
                    WEBHOOK_REFUSED,
                    WEBHOOK_BLOCKED,
                    CONTENT_REFUSED,
                    ROOM_UNKNOWN,
                    ROOM_DISSOLVED -> null;
        };
    }

    private static Verdict refuse(Kind kind, String words) {
        return Verdict.refuse(kind, words);
    }

    private static Verdict wait(int seconds, String words) {
        return Verdict.wait(Kind.THROTTLED, Duration.ofSeconds(seconds), words);
    }
}
