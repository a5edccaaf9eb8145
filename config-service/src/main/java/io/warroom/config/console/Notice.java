package io.warroom.config.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.FlashMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.support.RequestContextUtils;

/**
 * What the next page says of the change that led to it.
 *
 * @param tone ok or bad
 * @param key of the message
 * @param subject what the message is about, or the key of the words for it; may be empty
 * @param subjectIsKey which of the two
 */
record Notice(String tone, String key, String subject, boolean subjectIsKey) {

    static Notice done(String key, String subject) {
        return new Notice("ok", key, subject, false);
    }

    static Notice failed(String key, String subject) {
        return new Notice("bad", key, subject, false);
    }

    /** The same, about a platform. */
    Notice aboutPlatform(String platform) {
        return new Notice(tone, key, "platform." + platform, true);
    }

    /** Leads the browser to an address of ours, a script's request included, where this is said. */
    ModelAndView andGoTo(String address, HttpServletRequest request, HttpServletResponse response) {
        FlashMap flash = RequestContextUtils.getOutputFlashMap(request);
        flash.put("notice", this);
        RequestContextUtils.saveOutputFlashMap(address, request, response);
        if (request.getHeader("HX-Request") != null) {
            // A script would follow a redirect by itself, and put the page where a part belongs.
            response.setHeader("HX-Redirect", address);
            response.setStatus(HttpStatus.OK.value());
        } else {
            response.setStatus(HttpStatus.SEE_OTHER.value());
            response.setHeader("Location", address);
        }
        return new ModelAndView((model, asked, answer) -> {});
    }
}
