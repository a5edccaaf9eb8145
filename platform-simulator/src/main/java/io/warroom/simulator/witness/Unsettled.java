package io.warroom.simulator.witness;

import static io.warroom.simulator.witness.Platform.DINGTALK;
import static io.warroom.simulator.witness.Platform.LARK;
import static io.warroom.simulator.witness.Platform.WECOM;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the platforms' pages leave open, or tell in two ways. Each may go one of several ways on a platform; the first is what an
 * organisation has unless its switches say otherwise. Codes and amounts are written as texts.
 */
@SuppressWarnings("ImmutableEnumChecker") // the positions are copied and never given out to be changed
public enum Unsettled {
    /** What asking for a token again within its life gives: the same one, or another, whereupon the old one may be dead. */
    REPEATED_TOKEN(on(WECOM, "SAME", "NEW", "NEW_ALONE"), on(LARK, "SAME", "NEW")),
    /** The code for a token that is over. */
    EXPIRED_TOKEN(on(WECOM, "42001", "40014"), on(DINGTALK, "42001", "40014")),
    /** Whether one userid that is listed twice makes two people. */
    USERID_TWICE(on(WECOM, "COUNTS_ONCE", "COUNTS_TWICE")),
    /** The code for an id in a list that is not in the contacts, or it is left out without a word. */
    UNKNOWN_MEMBER(on(WECOM, "86216", "86007", "40031", "60111", "SKIPPED")),
    /** The same for one outside the app's visible range. */
    INVISIBLE_MEMBER(on(WECOM, "60011", "60021", "86216", "86007", "40031", "60111", "SKIPPED")),
    /** The code of group chats for an app whose range is not the root department. */
    NARROW_RANGE(on(WECOM, "60011", "48002")),
    /** Whether the id of another app's group is taken, or each app has ids of its own. */
    FOREIGN_CHAT(on(WECOM, "TAKEN", "FREE")),
    /** Whether the id of a group that people have dissolved can be had again. */
    DISSOLVED_CHAT(on(WECOM, "TAKEN", "FREE")),
    /** Whether a dissolved group can still be read. */
    DISSOLVED_CHAT_READ(on(WECOM, "ABSENT", "STILL_THERE")),
    /** Whether a create that is refused because the group is there changes its name, owner and people. */
    REPEATED_CHAT(on(WECOM, "KEPT", "CHANGED")),
    /** The code for a chat that is not there. */
    UNKNOWN_CHAT(on(WECOM, "86001", "86003", "40050")),
    /** The code for a mobile or e-mail that nobody has. */
    UNKNOWN_PERSON(on(WECOM, "46004", "60111")),
    /** The code for a userid that nobody has. */
    UNKNOWN_USERID(on(WECOM, "60111", "40003")),
    /** Whether the contacts-sync token may look people up. */
    CONTACTS_TOKEN(on(WECOM, "REFUSED", "MAY_LOOK_UP")),
    /** What adding somebody who is in already comes to. */
    EXISTING_MEMBER(on(WECOM, "OK", "ERROR"), on(DINGTALK, "OK", "ERROR"), on(LARK, "OK", "ERROR")),
    /** How few people may be left in a group. */
    LEAST_MEMBERS(on(WECOM, "2", "1")),
    /** How many ids a list of a change may have. */
    MOST_IN_A_CHANGE(on(WECOM, "2000", "500")),
    /** How many calls of one interface an enterprise may have under way; 0 is any number. */
    MOST_AT_ONCE(on(WECOM, "0", "5")),
    /** How many messages to members a small enterprise has an hour. */
    MESSAGES_AN_HOUR(on(WECOM, "150000", "300000")),
    /** Whether a message into a group has an id. */
    MESSAGE_ID(on(WECOM, "NONE", "GIVEN")),
    /** The code for a text that is too long. */
    TEXT_TOO_LONG(on(WECOM, "40058", "45002")),
    /** Whether a group robot's minute is counted from its first message, or back from each. */
    ROBOT_MINUTE(on(WECOM, "FIXED", "SLIDING")),
    /** The legacy interface's code for a wrong secret. */
    WRONG_KEY(on(DINGTALK, "40096", "40089", "40001")),
    /** How many people v1.0 adds or removes in a call. */
    MOST_IN_A_BATCH(on(DINGTALK, "100", "1000")),
    /**
     * What an unusable id in a list comes to: the platform's own code for people, its general one (Lark: the id does not exist,
     * whatever succeed_type says), or the others are taken without a word.
     */
    BAD_MEMBER(on(DINGTALK, "REFUSED", "REFUSED_AS_PARAMETER", "SKIPPED"), on(LARK, "REFUSED", "REFUSED_AS_PARAMETER")),
    /** Whether an organisation may have only so many groups, and has them. */
    GROUP_QUOTA(on(DINGTALK, "NONE", "USED_UP")),
    /** What a create with a uuid that was used comes to. */
    REPEATED_UUID(
            on(DINGTALK, "SAME_ID", "ERROR", "NEW_ROOM"),
            on(LARK, "SAME_ID", "ERROR", "NEW_ROOM", "IN_PROGRESS_232068")),
    /** The same where another field is not what it was: as for one that is the same, an error, or another room. */
    CHANGED_REPEAT(on(DINGTALK, "IGNORED", "ERROR", "NEW_ROOM"), on(LARK, "IGNORED", "ERROR", "NEW_ROOM")),
    /** The same where the room was dissolved meanwhile. */
    DISSOLVED_UUID(on(DINGTALK, "SAME_ID", "ERROR", "NEW_ROOM")),
    /** For how long a uuid counts. */
    UUID_WINDOW(on(DINGTALK, "FOR_EVER", "A_DAY", "A_MINUTE")),
    /** The code for a message into a group that is still set up. */
    SETTLING_MESSAGE(on(DINGTALK, "660012", "660014", "660015", "660016")),
    /** v1.0's code for a change of a group that is still set up. */
    SETTLING_CHANGE(on(DINGTALK, "permession.checkFailed", "robotNotFound")),
    /** Whether the template's robot posts by the robots' own call, too. */
    TEMPLATE_ROBOT(on(DINGTALK, "MAY_SEND", "REFUSED")),
    /** What the flag of a sent message is called. */
    SUCCESS_FLAG(on(DINGTALK, "success", "succ")),
    /** Whether codes and flags are numbers and truth values, or texts. */
    CODES(on(DINGTALK, "AS_NUMBERS", "AS_TEXTS")),
    /** How many messages a group takes in a minute; 0 is any number. */
    GROUP_MESSAGES(on(DINGTALK, "0", "20")),
    /** To how many people a robot writes in a call. */
    ROBOT_RECEIVERS(on(DINGTALK, "20", "100")),
    /** The code for a notification in the name of another agent. */
    UNKNOWN_AGENT(on(DINGTALK, "40056", "41011", "70003", "70004")),
    /** Whether a permission is judged before a call's parameters, or behind them. */
    PERMISSION_JUDGED(on(DINGTALK, "FIRST", "LAST")),
    /** The code for a group robot's token that is none. */
    UNKNOWN_ROBOT(on(DINGTALK, "300005", "400101")),
    /** The code for a group robot that is too fast. */
    ROBOT_TOO_FAST(on(DINGTALK, "410100", "660026")),
    /** For how long a group robot's msgUuid counts. */
    MSG_UUID_WINDOW(on(DINGTALK, "FOR_EVER", "A_MINUTE")),
    /** What a group robot hears whose month is used up. */
    WEBHOOK_QUOTA(on(DINGTALK, "20001", "DROPPED")),
    /** Whether who is throttled is told for how long. */
    RETRY_AFTER(on(DINGTALK, "ABSENT", "GIVEN"), on(LARK, "ABSENT", "GIVEN")),
    /** The calls of a month; NONE is any number. */
    CALLS_A_MONTH(on(DINGTALK, "5000", "10000", "200000"), on(LARK, "10000", "NONE")),
    /** What the secret of another time comes to: the generic list says 10015, answers seen said 10014, and one said 2200. */
    WRONG_SECRET(on(
            LARK,
            "CODE_10014_IN_200",
            "CODE_10014_IN_400",
            "CODE_10015_IN_200",
            "CODE_10015_IN_400",
            "CODE_2200_IN_200")),
    /** What a disabled app hears that asks for a token. */
    DISABLED_APP(on(LARK, "GETS_TOKEN", "CODE_10014")),
    /** What a name beyond 60 or a description beyond 100 characters comes to. */
    LONG_NAME(on(LARK, "TAKEN", "REFUSED")),
    /** Whether the list of the bot's chats has all of them. */
    CHAT_LIST(on(LARK, "COMPLETE", "INCOMPLETE")),
    /** What the question about the bot comes to while the app has none. */
    BOT_OFF(on(LARK, "ANSWERED", "CODE_11205", "CODE_11240")),
    /** Whether the refusal for two changes of one chat at once tells how long to wait. */
    CHAT_RESET(on(LARK, "ABSENT", "GIVEN")),
    /** What a message with a uuid that was used comes to. */
    REPEATED_MESSAGE(on(LARK, "SAME_ID", "ERROR", "IN_PROGRESS_230049")),
    /** How many kilobytes a group robot's message may have. */
    ROBOT_KILOBYTES(on(LARK, "20", "30"));

    private static final Pattern WORD_START = Pattern.compile("_(.)");

    private record Ways(Platform platform, List<String> positions) {}

    private final Map<Platform, List<String>> positions = new EnumMap<>(Platform.class);

    Unsettled(Ways... ways) {
        Arrays.stream(ways).forEach(way -> positions.put(way.platform(), way.positions()));
    }

    private static Ways on(Platform platform, String... positions) {
        return new Ways(platform, List.of(positions));
    }

    /** Gives the name by which it is switched. */
    public String title() {
        return WORD_START
                .matcher(name().toLowerCase(Locale.ROOT))
                .replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
    }

    /** Gives the ways it may go on the platform, the usual one first; empty where the platform's page is clear. */
    public List<String> positions(Platform platform) {
        return positions.getOrDefault(platform, List.of());
    }
}
