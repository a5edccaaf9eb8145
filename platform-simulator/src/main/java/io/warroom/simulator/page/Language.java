package io.warroom.simulator.page;

import java.util.Locale;

/** The languages that the page is in. */
enum Language {
    ENGLISH("en", Locale.ENGLISH),
    CHINESE("zh-CN", Locale.SIMPLIFIED_CHINESE);

    final String tag;
    final Locale locale;

    Language(String tag, Locale locale) {
        this.tag = tag;
        this.locale = locale;
    }

    /** Gives the one that a tag, or a browser's list of them, begins with; English for all others. */
    static Language of(String tags) {
        return tags.toLowerCase(Locale.ROOT).startsWith("zh") ? CHINESE : ENGLISH;
    }
}
