package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.event.AppHealthState;
import io.warroom.event.FailureReason;
import io.warroom.event.MessageKind;
import io.warroom.event.MessageState;
import io.warroom.event.MissingReason;
import io.warroom.event.ParkReason;
import io.warroom.platform.AppFinding;
import io.warroom.platform.PlatformCodes;
import io.warroom.platform.PlatformKind;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of the pages: the same in both languages, and one for everything that a page says. */
class MessagesTest {

    private static final Path MAIN = Path.of("src/main");
    private static final Path TEMPLATES = MAIN.resolve("resources/templates/console");
    private static final Pattern WHOLE_KEY = Pattern.compile("(?:#\\{|#messages\\.msg\\(')([a-zA-Z0-9_.-]+)");
    private static final Pattern PREFIX = Pattern.compile("#\\{\\$\\{'([a-zA-Z.]+)'");
    private static final Pattern PROBLEM =
            Pattern.compile("(?:new Problem|Problem\\.later)\\(\\s*HttpStatus\\.\\w+,\\s*\"([a-z-]+)\"");
    private static final Pattern NOTICE = Pattern.compile("Notice\\.(done|failed)\\(\"([a-zA-Z.-]+[a-z])\"");

    private static final Set<AppFinding.Code> NOTHING_TO_DO = EnumSet.of(
            AppFinding.Code.KEY_ACCEPTED,
            AppFinding.Code.ADDRESS_BOOK_KEY_ACCEPTED,
            AppFinding.Code.APP_ENABLED,
            AppFinding.Code.SERVICE_ID_CONFIRMED,
            AppFinding.Code.RANGE_SUFFICIENT,
            AppFinding.Code.PERMISSIONS_GRANTED,
            AppFinding.Code.BOT_READY,
            AppFinding.Code.OWNER_FOUND,
            AppFinding.Code.TEST_ROOM_OPENED);

    @Test
    void bothLanguagesHaveTheSameKeysAndNoneIsEmpty() throws Exception {
        var english = words("messages.properties");
        var chinese = words("messages_zh_CN.properties");

        assertThat(new TreeSet<>(chinese.stringPropertyNames()))
                .isEqualTo(new TreeSet<>(english.stringPropertyNames()))
                .hasSizeGreaterThan(300);
        assertThat(Stream.concat(english.values().stream(), chinese.values().stream()))
                .allSatisfy(text -> assertThat(text.toString()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages.properties", "messages_zh_CN.properties"})
    void everyMessageCanBeFilledIn(String bundle) throws Exception {
        words(bundle).forEach((key, text) -> {
            // Where there is something to fill in, an apostrophe would swallow what is behind it.
            if (text.toString().contains("{")) {
                assertThat(text.toString()).as(key.toString()).doesNotContain("'");
                assertThat(new MessageFormat(text.toString(), Locale.ENGLISH).format(new Object[] {2, 3, 4}))
                        .as(key.toString())
                        .isNotBlank()
                        .doesNotContain("{");
            }
        });
    }

    @Test
    void everyKeyThatAPageNamesIsThere() throws Exception {
        var named = new TreeSet<String>();
        eachTemplate(text -> WHOLE_KEY.matcher(text).results().forEach(found -> named.add(found.group(1))));
        eachSource(text -> NOTICE.matcher(text)
                .results()
                .forEach(found -> named.add((found.group(1).equals("done") ? "notice." : "") + found.group(2))));

        assertThat(named).hasSizeGreaterThan(150);
        assertThat(words("messages.properties").stringPropertyNames()).containsAll(named);
    }

    @Test
    void everyValueThatAPageMakesAKeyOfHasItsWords() throws Exception {
        var prefixes = new TreeSet<String>();
        eachTemplate(text -> PREFIX.matcher(text).results().forEach(found -> prefixes.add(found.group(1))));
        var keys = new TreeSet<String>();
        for (var platform : List.of("WECOM", "DINGTALK", "LARK")) {
            keys.add("platform." + platform);
            keys.add("apps.pitch." + platform);
            AppField.of(platform).forEach(field -> {
                keys.add("app." + platform + "." + field.name());
                keys.add("app." + platform + "." + field.name() + ".hint");
            });
        }
        add(keys, "health.", AppHealthState.values());
        add(keys, "finding.", AppFinding.Code.values());
        add(keys, "severity.", AppFinding.Severity.values());
        add(keys, "failure.", FailureReason.values());
        Arrays.stream(FailureReason.values()).forEach(reason -> keys.add("failure." + reason + ".do"));
        add(keys, "waiting.", ParkReason.values());
        add(keys, "missing.", MissingReason.values());
        Stream.of("SENT", "PENDING", "REFUSED", "GIVEN_UP").forEach(state -> keys.add("firstMessage." + state));
        Stream.of("PENDING", "REFUSED", "GIVEN_UP").forEach(state -> {
            keys.add("silence." + state);
            keys.add("silence." + state + ".do");
        });
        add(keys, "messageKind.", MessageKind.values());
        add(keys, "messageState.", MessageState.values());
        Arrays.stream(MessageState.values())
                .filter(state -> state != MessageState.SENT)
                .forEach(state -> keys.add("messageState." + state + ".do"));
        add(keys, "memberRole.", io.warroom.event.Role.values());
        add(keys, "role.", io.warroom.config.access.Role.values());
        Stream.of("DECLARED", "WAITING", "OPENED", "FAILED", "CLOSED").forEach(state -> keys.add("state." + state));
        Stream.of("DECLARED", "UPDATED", "FAILED", "OPENED", "RESOLVED", "CLOSED")
                .forEach(step -> keys.add("step." + step));
        Stream.of("service", "region", "impact", "description", "summary")
                .forEach(name -> keys.add("incident." + name));
        Stream.of("UTF-8", "GB18030").forEach(encoding -> keys.add("people.encoding." + encoding));
        Stream.of("bound", "unchanged", "refused").forEach(outcome -> keys.add("people.line." + outcome));
        AuditPages.ACTIONS.forEach(action -> keys.add("action." + action));
        Stream.of("ENABLE", "KEY").forEach(purpose -> {
            keys.add("appForm." + purpose);
            keys.add("appForm.lead." + purpose);
        });
        eachSource(text -> PROBLEM.matcher(text).results().forEach(found -> keys.add("problem." + found.group(1))));
        Stream.of("app.enabled", "app.keyChanged").forEach(done -> {
            keys.add("notice." + done);
            keys.add("notice." + done + ".withFindings");
        });

        assertThat(words("messages.properties").stringPropertyNames()).containsAll(keys);
        assertThat(prefixes)
                .as("every prefix in a page is one of those that are looked at here")
                .allSatisfy(prefix -> assertThat(keys).anyMatch(key -> key.startsWith(prefix)));
    }

    @Test
    void everyCodeOfAPlatformAndEveryRemedyIsTranslated() throws Exception {
        var keys = new TreeSet<String>();
        for (var platform : PlatformKind.values()) {
            PlatformCodes.rows(platform).forEach(row -> keys.add("code." + platform + "." + row.name()));
        }
        var translated = words("platforms_zh_CN.properties").stringPropertyNames();

        assertThat(translated.stream().filter(key -> key.startsWith("code.")))
                .hasSizeGreaterThan(120)
                .containsExactlyInAnyOrderElementsOf(keys);
        for (var code : AppFinding.Code.values()) {
            for (var platform : PlatformKind.values()) {
                assertThat(translated.contains("remedy." + code)
                                || translated.contains("remedy." + code + "." + platform))
                        .as("what to do about %s on %s", code, platform)
                        .isEqualTo(!NOTHING_TO_DO.contains(code));
            }
        }
    }

    private static void add(Set<String> keys, String prefix, Enum<?>[] values) {
        Arrays.stream(values).forEach(value -> keys.add(prefix + value.name()));
    }

    private static Properties words(String bundle) throws IOException {
        var words = new Properties();
        try (Reader reader =
                Files.newBufferedReader(MAIN.resolve("resources/console").resolve(bundle))) {
            words.load(reader);
        }
        return words;
    }

    private static void eachTemplate(Consumer<String> what) throws IOException {
        each(TEMPLATES, ".html", what);
    }

    private static void eachSource(Consumer<String> what) throws IOException {
        each(MAIN.resolve("java"), ".java", what);
    }

    private static void each(Path folder, String ending, Consumer<String> what) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(ending)).toList()) {
                what.accept(Files.readString(file));
            }
        }
    }
}
