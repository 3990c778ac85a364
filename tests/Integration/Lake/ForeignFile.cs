using Heretix.Lake.DuckDb;

namespace Heretix.Tests.Integration.Lake;

/// <summary>A Parquet file that another program put into the lake.</summary>
internal static class ForeignFile
{
    internal static void Write(LakeFolder lake, string name, string select, string env = "local")
    {
        Directory.CreateDirectory(lake.Day(env));
        using DuckDbConnection duckDb = new();
        string file = DuckDbConnection.Quote(Path.Combine(lake.Day(env), name));
        duckDb.Execute($"COPY ({select}) TO {file} (FORMAT parquet)");
    }
}
