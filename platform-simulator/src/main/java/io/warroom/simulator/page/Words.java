package io.warroom.simulator.page;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** What the page says in one language; immutable. */
final class Words {
    private static final Map<Language, Words> ALL = new EnumMap<>(Map.of(
            Language.ENGLISH,
            new Words(Language.ENGLISH, read("words.properties")),
            Language.CHINESE,
            new Words(Language.CHINESE, read("words_zh_CN.properties"))));

    private final Language language;
    private final Map<String, String> all;

    private Words(Language language, Map<String, String> all) {
        this.language = language;
        this.all = all;
    }

    static Words in(Language language) {
        return Objects.requireNonNull(ALL.get(language), language.tag);
    }

    /** Gives all of them by their keys, for a template. */
    Map<String, String> all() {
        return all;
    }

    /** Gives what is said, filled in. Throws IllegalArgumentException when there is nothing by that key. */
    String say(String key, Object... what) {
        String said = all.get(key);
        if (said == null) {
            throw new IllegalArgumentException("no word for " + key);
        }
        return what.length == 0 ? said : new MessageFormat(said, language.locale).format(what);
    }

    /** Gives what is said, or the other text where there is nothing by that key. */
    String find(String key, String otherwise) {
        return all.getOrDefault(key, otherwise);
    }

    /** Reads a file of the class path beside this class. */
    static Map<String, String> read(String name) {
        Properties read = new Properties();
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(Words.class.getResourceAsStream(name), name), StandardCharsets.UTF_8)) {
            read.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + name, e);
        }
        Map<String, String> all = new HashMap<>();
        read.forEach((key, text) -> all.put(key.toString(), text.toString()));
        return Map.copyOf(all);
    }
}
