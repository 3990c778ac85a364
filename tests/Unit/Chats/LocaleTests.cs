using System.Globalization;

namespace Heretix.Tests.Unit.Chats;

/// <summary>A line as phones in many languages write it.</summary>
public sealed class LocaleTests
{
    [Theory]
    [InlineData("2020. 01. 15. 22:15 - N: x", "hu")]
    [InlineData("15. 1. 2020 22:15 - N: x", "sk")]
    [InlineData("15. 01. 2020. 22:15 - N: x", "hr")]
    [InlineData("15.1.2020. 22:15 - N: x", "sr")]
    [InlineData("15. 01. 20 22:15 - N: x", "sl")]
    [InlineData("15.01.2020 г., 22:15 - N: x", "bg")]
    [InlineData("2020-01-15 22 h 15 - N: x", "fr-CA")]
    [InlineData("2020/1/15 22:15 - N: x", "eu")]
    [InlineData("15-01-2020 22:15 - N: x", "nl")]
    [InlineData("15.01.2020 22.15 - N: x", "da")]
    [InlineData("15.1.2020 klo 22.15 - N: x", "fi")]
    [InlineData("15/01/20 22.15 - N: x", "id")]
    [InlineData("22:15, 15/01/2020 - N: x", "vi")]
    [InlineData("15/1/2563 22:15 - N: x", "th")]
    [InlineData("\u200F١٥\u200F/١\u200F/٢٠٢٠, ١٠:١٥ م - N: x", "ar")]
    [InlineData("[١٥\u200F/١\u200F/٢٠٢٠، ١٠:١٥:٠٠\u00A0م] N: x", "ar")]
    [InlineData("۲۰۲۰/۱/۱۵،\u200F ۲۲:۱۵ - N: x", "fa")]
    [InlineData("2020년 1월 15일 오후 10:15 - N: x", "ko")]
    [InlineData("2020. 1. 15. 오후 10:15 - N: x", "ko")]
    [InlineData("[2020. 1. 15. 오후 10:15:00] N: x", "ko")]
    [InlineData("2020年1月15日 下午10:15 - N: x", "zh")]
    [InlineData("2020/1/15 下午10:15 - N: x", "zh")]
    [InlineData("[2020/1/15 下午10:15:00] N: x", "zh")]
    [InlineData("2020/01/15 午後10:15 - N: x", "ja")]
    [InlineData("R2/01/15 22:15 - N: x", "ja")]
    [InlineData("令和2年1月15日 22:15 - N: x", "ja")]
    [InlineData("15/1/20, பிற்பகல் 10:15 - N: x", "ta")]
    [InlineData("১৫/১/২০, ১০:১৫ PM - N: x", "bn")]
    [InlineData("१५/१/२०, १०:१५ अपराह्न - N: x", "mr")]
    [InlineData("15.1.2020, 10:15 e mbasdites - N: x", "sq")]
    [InlineData("15.1.2020, во 22:15 - N: x", "mk")]
    [InlineData("15/01/2020 às 22:15 - N: x", "pt")]
    [InlineData("15/1/20 10:15 p. m. - N: x", "es")]
    [InlineData("15/1/20, 10:15 μ.μ. - N: x", "el")]
    [InlineData("15/01/2020, 10:15 PTG - N: x", "ms")]
    [InlineData("15.01.20 kl. 22.15 - N: x", "nb")]
    [InlineData("15/1/20 à 22:15 - N: x", "fr")]
    [InlineData("[15.01.20, 22:15:00] N: x", "de")]
    [InlineData("[1/15/20, 10:15:00\u202FPM] N: x", "en-US")]
    [InlineData("\u200E[1/15/20, 10:15:00 PM] \u200E~\u202FN: x", "en-US")]
    [InlineData("１５/０１/２０２０ ２２:１５ - N: x", "ja")]
    public void A_line_of_a_language_is_read(string line, string language)
    {
        var message = Chat.Parse(line).Messages.ShouldHaveSingleItem();
        message.Time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture).ShouldBe("2020-01-15 22:15", language);
        message.Author!.ShouldEndWith("N");
        message.Text.ShouldBe("x");
    }
}
