package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.console.Translations.Said;
import io.warroom.platform.AppFinding;
import io.warroom.platform.AppFinding.Code;
import io.warroom.platform.AppFinding.Severity;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.context.support.ResourceBundleMessageSource;

/** What the clients and the workers say, in the viewer's language. */
class TranslationsTest {

    private static final String ORIGINAL = "WeCom refused the enterprise key.";

    private final Translations translations = translations();

    @AfterEach
    void forgetTheLanguage() {
        LocaleContextHolder.resetLocaleContext();
    }

    @Test
    void aCodeIsTranslatedAndTheOriginalStandsAside() {
        LocaleContextHolder.setLocale(Locale.SIMPLIFIED_CHINESE);

        var said = translations.said("WECOM", "40001", ORIGINAL);

        assertThat(said.words()).startsWith("企业微信拒绝了企业密钥");
        assertThat(said.folded()).isTrue();
        assertThat(said.original()).isEqualTo(ORIGINAL);
    }

    @Test
    void theSameCodeOfAnotherPlatformMeansSomethingElse() {
        LocaleContextHolder.setLocale(Locale.SIMPLIFIED_CHINESE);

        assertThat(translations.said("DINGTALK", "40001", ORIGINAL).words()).startsWith("钉钉拒绝了刚获取的访问令牌");
    }

    @Test
    void aCodeThatNoTableListsIsSaidAsItCame() {
        LocaleContextHolder.setLocale(Locale.SIMPLIFIED_CHINESE);

        assertThat(translations.said("LARK", "4711", ORIGINAL)).isEqualTo(new Said(null, false, ORIGINAL));
        assertThat(translations.said("SLACK", "40001", ORIGINAL)).isEqualTo(new Said(null, false, ORIGINAL));
    }

    @Test
    void withoutACodeTheTitleBesideItSaysItAndTheOriginalStandsAside() {
        LocaleContextHolder.setLocale(Locale.SIMPLIFIED_CHINESE);

        assertThat(translations.said(null, null, ORIGINAL)).isEqualTo(new Said(null, true, ORIGINAL));
    }

    @Test
    void inEnglishEverythingIsSaidAsItCame() {
        LocaleContextHolder.setLocale(Locale.ENGLISH);

        var finding = translations.finding(
                "WECOM", new AppFinding(Severity.ERROR, Code.KEY_REJECTED, ORIGINAL, "Copy it again.", "40001", null));

        assertThat(finding.said()).isEqualTo(new Said(null, false, ORIGINAL));
        assertThat(finding.remedy()).isEqualTo(new Said(null, false, "Copy it again."));
    }

    @Test
    void aRemedyIsThePlatformsOwnOrElseThatOfEveryPlatform() {
        LocaleContextHolder.setLocale(Locale.SIMPLIFIED_CHINESE);
        var key = AppFinding.of(Severity.ERROR, Code.KEY_REJECTED, ORIGINAL, "Copy it again.");
        var late = AppFinding.of(Severity.UNCHECKED, Code.OUT_OF_TIME, ORIGINAL, "Check again later.");

        assertThat(translations.finding("DINGTALK", key).remedy())
                .isEqualTo(new Said("开发者后台 > 该应用 > 凭证与基础信息：重新复制 Client ID 和 Client Secret。", true, "Copy it again."));
        assertThat(translations.finding("LARK", late).remedy())
                .isEqualTo(new Said("请稍后再检查。", true, "Check again later."));
        assertThat(translations
                        .finding("LARK", AppFinding.ok(Code.BOT_READY, "The bot is ready."))
                        .remedy())
                .isNull();
    }

    private static Translations translations() {
        var messages = new ResourceBundleMessageSource();
        messages.setBasenames("console/messages", "console/platforms");
        messages.setDefaultEncoding("UTF-8");
        messages.setFallbackToSystemLocale(false);
        return new Translations(messages);
    }
}
