package io.warroom.platform.wecom;

import io.warroom.platform.CodeRow;
import io.warroom.platform.Failure.Kind;
import io.warroom.platform.http.Verdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** WeCom's error codes and what they mean for us (developer.work.weixin.qq.com/document/path/90313, crawled 2024-04-08). */
@SuppressWarnings("ImmutableEnumChecker") // a verdict is a record of immutable values, and the list is a copy
enum WeComCode {
    TOKEN_INVALID(
            40014, refuse(Kind.MISCONFIGURED, "WeCom refused a fresh access token. Check that the app is enabled.")),
    TOKEN_EXPIRED(
            42001,
            refuse(Kind.MISCONFIGURED, "WeCom calls a fresh access token expired. Check that the app is enabled.")),
    SECRET_WRONG(
            40001,
            Verdict.rejectKey(
                    "WeCom refused the enterprise key: it is wrong, belongs to another enterprise, or the app is disabled. Enter the app's present secret.")),
    SECRET_OF_ANOTHER(
            40091,
            Verdict.rejectKey(
                    "The enterprise key belongs to another enterprise. Enter the secret of this enterprise's app.")),
    ENTERPRISE_UNKNOWN(
            40013, Verdict.rejectKey("WeCom does not know the enterprise id. Check it under My Enterprise.")),
    ENTERPRISE_ID_ABSENT(41002, Verdict.rejectKey("WeCom got no enterprise id. Enter it again.")),
    SECRET_ABSENT(41004, Verdict.rejectKey("WeCom got no enterprise key. Enter it again.")),
    BUSY(-1, Verdict.look("WeCom is busy.")),
    VERSION_CONFLICT(6000, wait(Kind.IN_PROGRESS, 1, "WeCom is changing the same thing just now.")),
    TOO_MANY_AT_ONCE(45033, wait(Kind.THROTTLED, 2, "Too many calls to WeCom run at once.")),
    // The block after the minute rule lasts 60 s (path/90454, 2023-08-28); the code does not say which rule was hit.
    TOO_MANY_CALLS(45009, wait(Kind.THROTTLED, 60, "WeCom allows no more calls for now.")),
    AGENT_UNKNOWN(
            40056, refuse(Kind.MISCONFIGURED, "The service id (agent id) does not exist. Check it on the app's page.")),
    AGENT_OF_ANOTHER(301002, refuse(Kind.MISCONFIGURED, "The service id (agent id) belongs to another app.")),
    API_NOT_ALLOWED(
            48002,
            refuse(
                    Kind.MISCONFIGURED,
                    "This key may not use group chats: it must be the secret of a self-built app whose visible range is the root department.")),
    API_WITHDRAWN(
            48006,
            refuse(
                    Kind.MISCONFIGURED,
                    "WeCom withdrew the right to call because the app was not used for long. An administrator must restore it.")),
    DOMAIN_UNTRUSTED(50001, refuse(Kind.MISCONFIGURED, "The redirect domain is not the app's trusted domain.")),
    APP_DISABLED(50003, refuse(Kind.MISCONFIGURED, "The app is disabled. An administrator must enable it.")),
    NO_PRIVILEGE(
            60011,
            refuse(
                    Kind.MISCONFIGURED,
                    "The app may not see these people: set its visible range to the root department.")),
    OUT_OF_RANGE(
            60021, refuse(Kind.MISCONFIGURED, "The app's visible range is too small: set it to the root department.")),
    ADDRESS_NOT_ALLOWED(
            60020,
            refuse(
                    Kind.MISCONFIGURED,
                    "Our address is not on the app's list of trusted IPs. An administrator must add it.")),
    ENTERPRISE_CLOSED(301007, refuse(Kind.MISCONFIGURED, "The enterprise is dissolved or banned on WeCom.")),
    TOKEN_ABSENT(41001, refuse(Kind.REFUSED, "WeCom got no access token.")),
    USER_LIST_INVALID(40031, refuse(Kind.REFUSED, "WeCom does not take this list of people.")),
    BODY_INVALID(40033, refuse(Kind.REFUSED, "WeCom does not take the characters of the request.")),
    PARAMETER_INVALID(40058, refuse(Kind.REFUSED, "WeCom does not take a parameter, or it is too long.")),
    PARAMETER_EMPTY(40063, refuse(Kind.REFUSED, "WeCom misses a parameter.")),
    TEXT_EMPTY(44004, refuse(Kind.REFUSED, "The message is empty.")),
    TEXT_TOO_LONG(45002, refuse(Kind.REFUSED, "The message is too long.")),
    MOBILE_INVALID(60103, refuse(Kind.REFUSED, "WeCom does not take the form of the mobile number.")),
    EMAIL_INVALID(60105, refuse(Kind.REFUSED, "WeCom does not take the form of the e-mail address.")),
    ROOM_NAME_INVALID(86004, refuse(Kind.REFUSED, "WeCom does not take the room's name.")),
    ROOM_OWNER_INVALID(86005, refuse(Kind.REFUSED, "WeCom does not take the room's owner.")),
    ROOM_SIZE_INVALID(
            86006, refuse(Kind.TOO_FEW_PEOPLE, "WeCom does not take this number of people: a room needs two.")),
    MEMBER_INVALID(86007, refuse(Kind.REFUSED, "WeCom does not take one of the people.")),
    ROOM_REFUSED_1(86201, refuse(Kind.REFUSED, "WeCom does not take the room.")),
    ROOM_REFUSED_2(86202, refuse(Kind.REFUSED, "WeCom does not take the room.")),
    ROOM_REFUSED_3(86203, refuse(Kind.REFUSED, "WeCom does not take the room.")),
    ROOM_REFUSED_4(86204, refuse(Kind.REFUSED, "WeCom does not take the room.")),
    ROOM_REFUSED_5(86205, refuse(Kind.REFUSED, "WeCom does not take the room.")),
    ROOM_REFUSED_6(86206, refuse(Kind.REFUSED, "WeCom does not take the room.")),
    OWNER_NOT_MEMBER(86207, refuse(Kind.REFUSED, "The room's owner is not among its people.")),
    ROOM_EXISTS(86215, refuse(Kind.REFUSED, "A room with this id exists already.")),
    MEMBER_NOT_IN_CONTACTS(86216, refuse(Kind.REFUSED, "One of the people is not in the enterprise's contacts.")),
    USER_UNKNOWN(46004, refuse(Kind.REFUSED, "Nobody of this enterprise within the app's visible range has it.")),
    USER_ID_UNKNOWN(60111, refuse(Kind.REFUSED, "The user is not in the enterprise's contacts.")),
    USER_ID_INVALID(40003, refuse(Kind.REFUSED, "The user id is not valid.")),
    RECEIVERS_INVALID(81013, refuse(Kind.REFUSED, "None of the people is valid.")),
    // Of calls that no room needs: one-to-one messages, group robots, sign-in, third parties' suites.
    RECEIVERS_ABSENT(82001, refuse(Kind.REFUSED, "The message names nobody who should get it.")),
    RECEIVERS_TOO_MANY(40032, refuse(Kind.REFUSED, "The message names more people than WeCom takes.")),
    WEBHOOK_UNKNOWN(93000, refuse(Kind.MISCONFIGURED, "The group robot's address is not known. Make a new robot.")),
    WEBHOOK_DISABLED(93004, refuse(Kind.MISCONFIGURED, "The group robot is disabled. Make a new robot.")),
    WEBHOOK_NOT_IN_GROUP(93008, refuse(Kind.MISCONFIGURED, "The robot is not in the group. Make a new robot.")),
    SIGN_IN_CODE_INVALID(40029, refuse(Kind.REFUSED, "The sign-in code was used, or is none. Sign in again.")),
    SIGN_IN_CODE_EXPIRED(42003, refuse(Kind.REFUSED, "The sign-in code has expired. Sign in again.")),
    SUITE_TOKEN_INVALID(
            40082,
            refuse(
                    Kind.MISCONFIGURED,
                    "WeCom takes the app for a third party's suite. Use the secret of a self-built app.")),
    ROOM_ID_INVALID(86001, refuse(Kind.ROOM_GONE, "The room is not there.")),
    ROOM_ABSENT(86003, refuse(Kind.ROOM_GONE, "The room is not there.")),
    ROOM_UNKNOWN(40050, refuse(Kind.ROOM_GONE, "The room is not there.")),
    ROOM_OF_ANOTHER(86008, refuse(Kind.ROOM_GONE, "The room was made by another app."));

    static final Set<WeComCode> STALE_TOKEN = Set.of(TOKEN_INVALID, TOKEN_EXPIRED, SECRET_WRONG);
    static final Set<WeComCode> NOT_A_USER =
            Set.of(USER_UNKNOWN, USER_ID_UNKNOWN, USER_ID_INVALID, RECEIVERS_INVALID, MOBILE_INVALID, EMAIL_INVALID);
    /** The app may not see the person; of a whole call it may also mean that the app's range is not the root department. */
    static final Set<WeComCode> NOT_VISIBLE = Set.of(NO_PRIVILEGE, OUT_OF_RANGE);
    /** What a create or an update may answer when one of its people is of no use; which of them it is: not found. */
    static final Set<WeComCode> BAD_MEMBERS = Set.of(
            USER_LIST_INVALID,
            MEMBER_INVALID,
            MEMBER_NOT_IN_CONTACTS,
            USER_ID_UNKNOWN,
            USER_ID_INVALID,
            USER_UNKNOWN,
            ROOM_OWNER_INVALID,
            NO_PRIVILEGE,
            OUT_OF_RANGE);

    static final Set<WeComCode> ABSENT_ROOM = Set.of(ROOM_ID_INVALID, ROOM_ABSENT, ROOM_UNKNOWN);

    private static final Map<String, WeComCode> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(code -> code.code, Function.identity()));

    private final String code;
    private final Verdict verdict;

    WeComCode(int code, Verdict verdict) {
        this.code = Integer.toString(code);
        this.verdict = verdict;
    }

    static @Nullable WeComCode of(@Nullable String code) {
        return code == null ? null : BY_CODE.get(code);
    }

    Verdict verdict() {
        return verdict;
    }

    /** For whoever shows a code of this row to people. */
    CodeRow row() {
        return new CodeRow(name(), verdict.words());
    }

    /** Whether it is this code's row. */
    static boolean in(Set<WeComCode> codes, @Nullable String code) {
        WeComCode known = of(code);
        return known != null && codes.contains(known);
    }

    private static Verdict refuse(Kind kind, String words) {
        return Verdict.refuse(kind, words);
    }

    private static Verdict wait(Kind kind, int seconds, String words) {
        return Verdict.wait(kind, Duration.ofSeconds(seconds), words);
    }
}
