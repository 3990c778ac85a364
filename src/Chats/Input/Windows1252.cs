using System.Text;

namespace Heretix.Chats.Input;

/// <summary>Western European text of old Windows programs: Latin-1 with 27 more characters from 0x80 to 0x9F.</summary>
internal sealed class Windows1252 : Encoding
{
    private const string Upper = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)
    {
        for (var i = 0; i < charCount; i++)
        {
            var value = chars[charIndex + i];
            var upper = Upper.IndexOf(value, StringComparison.Ordinal);
            bytes[byteIndex + i] =
                upper >= 0 ? (byte)(0x80 + upper)
                : value <= 0xFF ? (byte)value
                : (byte)'?';
        }
        return charCount;
    }

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        for (var i = 0; i < byteCount; i++)
        {
            var value = bytes[byteIndex + i];
            chars[charIndex + i] = value is >= 0x80 and <= 0x9F ? Upper[value - 0x80] : (char)value;
        }
        return byteCount;
    }
}
