package io.warroom.config.console;

import io.warroom.platform.AppFinding;
import io.warroom.platform.PlatformCodes;
import io.warroom.platform.PlatformKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;

/**
 * What the platforms' clients and the workers say, which is English, in the viewer's language: by its codes, as texts vary. Where
 * there is no translation the text is shown as it came. Safe for concurrent use.
 */
final class Translations {

    private final MessageSource messages;

    Translations(MessageSource messages) {
        this.messages = messages;
    }

    /**
     * A text as a page shows it.
     *
     * @param words its translation; null where there is none
     * @param folded whether the page says the same already, in the viewer's language, so that the text itself may stand aside
     * @param original the text as it came
     */
    record Said(@Nullable String words, boolean folded, String original) {}

    /** A finding as a page shows it. */
    record Finding(AppFinding is, Said said, @Nullable Said remedy) {}

    /**
     * What was said of a platform's code. It stands beside a title in the viewer's language.
     *
     * @param platform null when none was concerned
     * @param code the platform's own; null when it gave none
     */
    Said said(@Nullable String platform, @Nullable String code, String original) {
        var words = code == null || platform == null
                ? null
                : Arrays.stream(PlatformKind.values())
                        .filter(kind -> kind.name().equals(platform))
                        .findFirst()
                        .flatMap(kind -> PlatformCodes.find(kind, code))
                        .flatMap(row -> find("code." + platform + "." + row.name()))
                        .orElse(null);
        return new Said(words, !isEnglish() && (words != null || code == null), original);
    }

    Finding finding(String platform, AppFinding finding) {
        var remedy = finding.remedy();
        return new Finding(
                finding,
                said(platform, finding.platformCode(), finding.words()),
                remedy == null ? null : remedy(platform, finding.code(), remedy));
    }

    private Said remedy(String platform, AppFinding.Code code, String original) {
        var words = find("remedy." + code + "." + platform)
                .or(() -> find("remedy." + code))
                .orElse(null);
        return new Said(words, words != null, original);
    }

    private Optional<String> find(String key) {
        return Optional.ofNullable(messages.getMessage(key, null, null, LocaleContextHolder.getLocale()));
    }

    private static boolean isEnglish() {
        return LocaleContextHolder.getLocale().getLanguage().equals(Locale.ENGLISH.getLanguage());
    }
}
