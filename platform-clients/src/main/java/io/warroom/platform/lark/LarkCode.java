package io.warroom.platform.lark;

import io.warroom.platform.CodeRow;
import io.warroom.platform.Failure.Kind;
import io.warroom.platform.Missing;
import io.warroom.platform.http.Verdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lark's codes and what they mean for us (open.larksuite.com: server-error-codes, chat/create, message/create; 2024-06-05). */
@SuppressWarnings("ImmutableEnumChecker") // a verdict is a record of immutable values, and the list is a copy
enum LarkCode {
    TOKEN_STALE(
            refuse(
                    Kind.MISCONFIGURED,
                    "Lark refused a fresh access token. Check that the app is enabled in this tenant."),
            99991663,
            99991661,
            99991664,
            99991665,
            99991671,
            99991677,
            99991668),
    KEY_WRONG(
            Verdict.rejectKey(
                    "Lark refused the app id or app secret. Enter the present ones, and check the region (Feishu or Lark)."),
            10003,
            10014,
            10015,
            99991543),
    NOT_AUTHORISED(
            refuse(
                    Kind.MISCONFIGURED,
                    "The app is not authorised in this tenant. An administrator must install and enable it."),
            10005,
            10012,
            10013,
            99991662,
            99991673,
            232034,
            212100),
    FAILED_INSIDE(
            Verdict.look("Lark failed inside; it may have acted or not."),
            1500,
            2200,
            5000,
            10101,
            10500,
            55001,
            20050,
            20072),
    TOO_MANY_CALLS(
            wait(Kind.THROTTLED, "Lark allows no more calls for now."), 99991400, 230020, 232019, 230047, 11232, 11233),
    IN_PROGRESS(wait(Kind.IN_PROGRESS, "Lark is still busy with the same request."), 232068, 230049, 18121),
    QUOTA_USED(
            refuse(
                    Kind.QUOTA_EXHAUSTED,
                    "The tenant's Lark calls of this month are used up, and none is made before the next one. After upgrading the plan, save"
                            + " the app's key again: no answer of Lark's tells that there are more."),
            99991403,
            99991406),
    ADDRESS_NOT_ALLOWED(
            refuse(Kind.MISCONFIGURED, "Our address is not on the app's IP list. Add it in the developer console."),
            99991401),
    SCOPE_MISSING(
            refuse(
                    Kind.MISCONFIGURED,
                    "The app misses a scope. It needs im:chat:create, im:chat.members:write_only, im:message:send_as_bot and contact:user.id:readonly, in a published version."),
            99991672,
            99991676,
            99991679,
            230027),
    BOT_OFF(
            refuse(Kind.MISCONFIGURED, "The app's bot ability is off or its version is not published."),
            232025,
            230006,
            11205,
            11207,
            11210,
            11240),
    APP_NOT_FOUND(
            refuse(Kind.MISCONFIGURED, "Lark does not find the app's bot, or it lacks a right on chats."),
            232004,
            232021,
            232033,
            232037,
            232095),
    RIGHT_MISSING(
            refuse(Kind.MISCONFIGURED, "The bot may not add people to this room."), 232014, 232017, 232002, 232016),
    PERSON_RESIGNED(refuse(Kind.REFUSED, "The person has left the company."), 232022, 230029),
    PERSON_INVISIBLE(
            refuse(
                    Kind.REFUSED,
                    "The person is outside the app's availability range, or Lark blocks the two from working together."),
            232024,
            230013,
            232043),
    PERSON_UNKNOWN(
            refuse(Kind.REFUSED, "Lark does not know the user id in this app."),
            232030,
            99992351,
            99992359,
            99992360,
            99992361,
            99992363,
            99992364,
            99992381),
    NOBODY_USABLE(refuse(Kind.REFUSED, "Lark can add none of these people."), 232027),
    PERSON_OUTSIDE(refuse(Kind.REFUSED, "The person is of another tenant."), 232028, 232032),
    ROOM_FULL(refuse(Kind.REFUSED, "The room is full."), 232013, 232044),
    ROOM_LOST(
            refuse(Kind.ROOM_GONE, "The room is not there, was dissolved, or the bot was removed from it."),
            232006,
            232010,
            232011,
            230002,
            232065),
    ROOM_DISSOLVED(refuse(Kind.ROOM_GONE, "The room was dissolved."), 232009),
    CARD_REFUSED(refuse(Kind.REFUSED, "Lark refuses the card."), 230099),
    CONTENT_REFUSED(
            refuse(Kind.REFUSED, "Lark refuses the text: it is too long, or the tenant's content rules forbid it."),
            230022,
            230025,
            230028,
            232023),
    POSTING_FORBIDDEN(
            refuse(Kind.REFUSED, "The room's or the tenant's settings forbid the bot to post."),
            230018,
            230035,
            230053,
            230036,
            230038,
            230054,
            230075),
    PARAMETER_INVALID(
            refuse(Kind.REFUSED, "Lark does not take a parameter."),
            230001,
            230034,
            230055,
            232001,
            232008,
            232090,
            9499,
            99992402),
    // Of calls that no room needs yet: links, pins, changed cards, buzzes, group robots, sign-in.
    LINK_REFUSED(
            refuse(Kind.REFUSED, "Lark gives no link to this room, or not to the bot."),
            232061,
            232062,
            232063,
            232064),
    MESSAGE_FIXED(refuse(Kind.REFUSED, "The message can no longer be changed, or not by the bot."), 230031, 230046),
    BUZZ_REFUSED(
            refuse(Kind.REFUSED, "Lark does not buzz: not the bot's message, or too many buzzes."),
            230012,
            230023,
            230024),
    WEBHOOK_REFUSED(
            refuse(
                    Kind.MISCONFIGURED,
                    "The group robot is not known, or its keywords, signature or addresses do not fit. Make a new robot."),
            19001,
            19002,
            19021,
            19022,
            19024,
            19036),
    SIGN_IN_REFUSED(
            refuse(
                    Kind.REFUSED,
                    "Lark does not take the sign-in: its code, its address, or the user's or app's state."),
            20002,
            20003,
            20004,
            20005,
            20010,
            20021,
            20022,
            20023,
            20024,
            20029,
            20049,
            20065,
            20069,
            20071),
    ROOM_REFUSED(
            refuse(Kind.REFUSED, "Lark does not take the room's settings."),
            232020,
            232042,
            232057,
            232078,
            232079,
            232069,
            232091);

    private static final Map<String, LarkCode> BY_CODE = new HashMap<>();

    static {
        for (LarkCode row : values()) {
            row.codes.forEach(code -> BY_CODE.put(code, row));
        }
    }

    private final Verdict verdict;
    private final List<String> codes;

    LarkCode(Verdict verdict, int... codes) {
        this.verdict = verdict;
        this.codes = Arrays.stream(codes).mapToObj(Integer::toString).toList();
    }

    static @Nullable LarkCode of(@Nullable String code) {
        return code == null ? null : BY_CODE.get(code);
    }

    Verdict verdict() {
        return verdict;
    }

    /** For whoever shows a code of this row to people. */
    CodeRow row() {
        return new CodeRow(name(), verdict.words());
    }

    /** Why people are missing when the code speaks of people, else null. */
    static Missing.@Nullable Reason person(@Nullable String code) {
        return switch (of(code)) {
            case PERSON_RESIGNED -> Missing.Reason.RESIGNED;
            case PERSON_INVISIBLE, PERSON_OUTSIDE -> Missing.Reason.OUT_OF_APP_RANGE;
            case PERSON_UNKNOWN, NOBODY_USABLE -> Missing.Reason.NOT_FOUND;
            case ROOM_FULL -> Missing.Reason.ROOM_FULL;
            case null -> null;
            case TOKEN_STALE,
                    KEY_WRONG,
                    NOT_AUTHORISED,
                    FAILED_INSIDE,
                    TOO_MANY_CALLS,
                    IN_PROGRESS,
                    QUOTA_USED,
                    ADDRESS_NOT_ALLOWED,
                    SCOPE_MISSING,
                    BOT_OFF,
                    APP_NOT_FOUND,
                    RIGHT_MISSING,
                    ROOM_LOST,
                    ROOM_DISSOLVED,
                    CARD_REFUSED,
                    CONTENT_REFUSED,
                    POSTING_FORBIDDEN,
                    PARAMETER_INVALID,
                    LINK_REFUSED,
                    MESSAGE_FIXED,
                    BUZZ_REFUSED,
                    WEBHOOK_REFUSED,
                    SIGN_IN_REFUSED,
                    ROOM_REFUSED -> null;
        };
    }

    private static Verdict refuse(Kind kind, String words) {
        return Verdict.refuse(kind, words);
    }

    private static Verdict wait(Kind kind, String words) {
        return Verdict.wait(kind, Duration.ofSeconds(1), words);
    }
}
