namespace Heretix.Lake.Files;

/// <summary>Takes a table of the lake value by value, in the order of its columns.</summary>
internal interface IRowWriter
{
    void Add(bool? value);

    void Add(int? value);

    void Add(long? value);

    void Add(double? value);

    /// <summary>A moment, in UTC and microseconds.</summary>
    void Add(DateTimeOffset value);

    /// <summary>A text; half surrogates and U+0000 become U+FFFD.</summary>
    void Add(string? value);

    /// <summary>Every column of the row has its value.</summary>
    void EndRow();
}
