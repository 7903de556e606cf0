"""Finding by words, in Korean and English, on PostgreSQL alone.

`terms` turns text into lexemes (bigrams of Hangul, Kana and Han; words of everything else), `query`
reads what somebody typed into the box, `index` keeps the documents up to date and finds them.
Modules register what can be found; who may see it they decide themselves.
"""
