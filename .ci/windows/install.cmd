@echo off
chcp 65001 >nul
setlocal
cd /d "%~dp0"
set "PLACE=%LOCALAPPDATA%\gridplan\env"
set "PY="
where py >nul 2>nul && py -3.12 -c "" >nul 2>nul && set "PY=py -3.12"
if not defined PY where python >nul 2>nul && python -c "import sys; sys.exit(sys.version_info[:2] != (3, 12))" >nul 2>nul && set "PY=python"
if not defined PY (
    echo 没有找到 Python 3.12（64 位）。先运行这个文件夹里的 Python 安装程序，勾选 Add python.exe to PATH，再双击本文件。
    echo Python 3.12, 64 bit, was not found. Run its installer in this folder first, tick "Add python.exe to PATH", and start this file again.
    pause
    exit /b 1
)
echo 正在安装，约需几分钟……  Installing, a few minutes...
%PY% -m venv "%PLACE%" || goto failed
"%PLACE%\Scripts\python.exe" -m pip install --quiet --no-index --find-links "%~dp0wheels" gridplan || goto failed
"%PLACE%\Scripts\gridplan.exe" --version || goto failed
echo 装好了。以后双击 workbench.cmd 打开工作台。  Installed. From now on workbench.cmd opens the workbench.
pause
exit /b 0
:failed
echo 没有装成。请把这个窗口里的文字发给我们。  It was not installed. Please send us what stands in this window.
pause
exit /b 1
